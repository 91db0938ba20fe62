import type { History } from "../history"

/** `unknown`: a commit was asked for and nobody heard what became of it. */
export type TransactionOutcome = "open" | "aborted" | "committed" | "unknown"

export interface TransactionEntry {
  readonly name: string
  readonly records: { readonly partition: string; readonly value: string }[]
  outcome: TransactionOutcome
}

/** What clients know of transactions. One whose commit was never asked for counts as aborted from its beginning. */
export class TransactionLedger {
  readonly #history: History
  readonly #transactions: TransactionEntry[] = []
  readonly #byValue = new Map<string, TransactionEntry>()

  constructor(history: History) {
    this.#history = history
  }

  begin(name: string): TransactionEntry {
    const entry: TransactionEntry = { name, records: [], outcome: "open" }
    this.#transactions.push(entry)
    return entry
  }

  send(entry: TransactionEntry, partition: string, value: string): void {
    entry.records.push({ partition, value })
    this.#byValue.set(value, entry)
  }

  /** A read_committed consumer got the record. */
  see(partition: string, offset: number, value: string): void {
    const entry = this.#byValue.get(value)
    if (!entry) return
    this.#history.checks++
    if (entry.outcome !== "open" && entry.outcome !== "aborted") return
    if (this.#history.isRelaxed(partition)) return
    const sentence = `${value} of ${entry.name} (${entry.outcome}) was read at ${partition} ${offset}`
    this.#history.violate("aborted data is never read as committed", sentence)
  }

  /** Holds everything against what read_committed shows in the end: how often each value stands in its partition. */
  judge(committed: ReadonlyMap<string, ReadonlyMap<string, number>>): void {
    for (const { name, records, outcome } of this.#transactions) {
      const checked = records.filter(({ partition }) => committed.has(partition) && !this.#history.isRelaxed(partition))
      const isWhole = checked.length === records.length
      if (!isWhole && outcome === "unknown") continue
      const counts = checked.map(({ partition, value }) => committed.get(partition)?.get(value) ?? 0)
      this.#history.checks++
      const found = `${counts.filter((count) => count === 1).length} of ${records.length} records of ${name}`
      if (outcome === "aborted" || outcome === "open") {
        if (counts.some((count) => count > 0))
          this.#history.violate("aborted data is never read as committed", `${found} (${outcome}) are committed`)
      } else if (counts.some((count) => count > 1)) {
        this.#history.violate("idempotent producers never duplicate", `${name} has records that are there twice`)
      } else {
        const isNone = counts.every((count) => count === 0)
        const isAll = counts.every((count) => count === 1)
        if (!isAll && (outcome === "committed" || !isNone))
          this.#history.violate("committed transactions are read whole", `${found} (${outcome}) are there`)
      }
    }
  }
}
