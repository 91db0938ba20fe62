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
    // The notebook scrolls, not the page inside of it.
    find(document).focus({ preventScroll: true })
  })()`)
  await page.press(key)
}
