/**
 * The page of the browser that shows this VS Code, lent by the wrapper over loopback HTTP. A desktop VS Code has
 * none: what needs it is skipped there, and says so.
 */
export interface FoundElement {
  /** The same element has the same number for as long as it lives. */
  readonly identity: number
  readonly text: string
  readonly html: string
  readonly visible: boolean
  readonly height: number
}

/** What the tests of one window came to. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: { readonly title: string; readonly reason: string }[]
  readonly failures: { readonly title: string; readonly why: string }[]
}

export class Page {
  static find(): Page | undefined {
    const address = process.env.LOGBOOK_PAGE
    return address ? new Page(address) : undefined
  }

  private constructor(private readonly address: string) {}

  /** 1 for the first window, one more after each reload. */
  phase(): Promise<number> {
    return this.call("phase")
  }

  log(text: string): Promise<void> {
    return this.call("log", text)
  }

  /** Evaluates a JavaScript expression in the workbench. */
  workbench<T>(expression: string): Promise<T> {
    return this.call("workbench", expression)
  }

  /** Evaluates a JavaScript expression in the webview of the open notebook. */
  notebook<T>(expression: string): Promise<T> {
    return this.call("notebook", expression)
  }

  /** The elements of the notebook's webview that match, markdown cells' shadow roots included. */
  queryDeep(selector: string): Promise<FoundElement[]> {
    return this.call("queryDeep", selector)
  }

  clickDeep(selector: string): Promise<void> {
    return this.call("clickDeep", selector)
  }

  click(selector: string): Promise<void> {
    return this.call("click", selector)
  }

  press(keys: string): Promise<void> {
    return this.call("press", keys)
  }

  type(text: string): Promise<void> {
    return this.call("type", text)
  }

  /** Turns the mouse wheel in the middle of the window, by notches: down where there are more than 0. */
  wheel(notches: number): Promise<void> {
    return this.call("wheel", notches)
  }

  /** From the next webview on, `nextPainted` is told by the page itself. */
  watchPainting(): Promise<void> {
    return this.call("watchPainting")
  }

  /** When a notebook that is opened after `sinceMs` has painted its first heading, by the machine's clock. */
  nextPainted(sinceMs: number): Promise<number> {
    return this.call("nextPainted", sinceMs)
  }

  /** Saves `test-results/…/<name>.png`. */
  screenshot(name: string): Promise<void> {
    return this.call("screenshot", name)
  }

  count(totals: Totals): Promise<void> {
    return this.call("count", totals)
  }

  reload(): Promise<void> {
    return this.call("reload")
  }

  private async call<T>(method: string, argument?: unknown): Promise<T> {
    const response = await fetch(this.address, { method: "POST", body: JSON.stringify({ method, argument }) })
    const value = await response.json()
    if (!response.ok) throw new Error(`${method}: ${String(value)}`)
    return value as T
  }
}

/** Waits until `read` answers something true; the error names what was waited for and what was seen last. */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const value = await read()
      if (value) return value
      last = value
    } catch (error) {
      last = error
    }
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}; last: ${String(last)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
