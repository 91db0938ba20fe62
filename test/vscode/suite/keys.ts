import type { Page } from "./page"

/** Presses a key on the control of a live picture that says `text`, as somebody does who came there by Tab. */
export async function pressKey(page: Page, key: string, text: string): Promise<void> {
  await page.notebook(`(() => {
    const find = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (element.matches("[data-logbook-live] :is(summary, button)") && element.textContent === ${JSON.stringify(text)})
          return element
        const inside = element.shadowRoot && find(element.shadowRoot)
        if (inside) return inside
      }
    }
    find(document).focus()
  })()`)
  await page.press(key)
}

/** What the control says that has the focus, also inside of a markdown cell's shadow root. */
export function focusedText(page: Page): Promise<string> {
  return page.notebook(`(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    return active?.matches("button, summary") ? active.textContent : ""
  })()`)
}
