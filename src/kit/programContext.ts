import type { MimeItem } from "../contract/kernel"
import type { CheckResult, KitContext, OwnedResource } from "./host"

/** A program outside of the notebook, or a worker process: shows on stdout, and owns its clients until it ends. */
export class ProgramContext implements KitContext {
  readonly language = "en"
  readonly checks: CheckResult[] = []
  readonly #abort = new AbortController()
  readonly #resources = new Set<OwnedResource>()

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get ownsAnything(): boolean {
    return this.#resources.size > 0
  }

  display(items: readonly MimeItem[]): void {
    const text = items.find(({ mime }) => mime === "text/plain") ?? items[0]
    if (text !== undefined) process.stdout.write(`${text.data}\n`)
  }

  check(result: CheckResult): void {
    this.checks.push(result)
    process.stdout.write(`${result.ok ? "✓" : "✗"} ${result.text.en}\n`)
  }

  own(resource: OwnedResource): void {
    this.#resources.add(resource)
  }

  /** Closes what is open: handlers finish, offsets are committed, groups are left. Never rejects. */
  async close(): Promise<void> {
    this.#abort.abort(new DOMException("the program ends", "AbortError"))
    const resources = [...this.#resources]
    this.#resources.clear()
    await Promise.allSettled(resources.map((resource) => resource.close()))
  }
}
