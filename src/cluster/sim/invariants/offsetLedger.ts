import type { History } from "../history"

/** One commit of one group for one partition, as its client sees it. Offsets are unique, so an offset is its commit. */
export interface CommitAttempt {
  readonly key: string
  readonly offset: number
  /** Which attempts were already over when this one began. */
  readonly order: number
  /** Infinity while its client waits. */
  endOrder: number
}

/** What a group's offset may be: the last that was acknowledged, or one whose fate is unknown. */
export class OffsetLedger {
  readonly #history: History
  readonly #possible = new Map<string, CommitAttempt[]>()
  readonly #acknowledged = new Map<string, number>()
  #order = 0

  constructor(history: History) {
    this.#history = history
  }

  begin(group: string, partition: string, offset: number): CommitAttempt {
    const key = `${group} ${partition}`
    const attempt = { key, offset, order: this.#order++, endOrder: Number.POSITIVE_INFINITY }
    const known = this.#possible.get(key)
    if (known) known.push(attempt)
    else this.#possible.set(key, [attempt])
    return attempt
  }

  /** Everything that was over before it began has been overwritten. */
  acknowledge(attempt: CommitAttempt): void {
    this.unknown(attempt)
    const left = this.#possible.get(attempt.key) ?? []
    this.#possible.set(
      attempt.key,
      left.filter((each) => each === attempt || each.endOrder >= attempt.order),
    )
    this.#acknowledged.set(attempt.key, attempt.offset)
  }

  /** Its client gave up waiting; it may yet turn out to be committed. */
  unknown(attempt: CommitAttempt): void {
    if (attempt.endOrder === Number.POSITIVE_INFINITY) attempt.endOrder = this.#order++
  }

  /** Nothing was written, and nothing will be. */
  refuse(attempt: CommitAttempt): void {
    const left = this.#possible.get(attempt.key) ?? []
    this.#possible.set(
      attempt.key,
      left.filter((each) => each !== attempt),
    )
  }

  /** Call before the offsets are asked for; the answer is judged by what was possible in between. */
  expect(group: string, partition: string): (fetched: number) => void {
    const key = `${group} ${partition}`
    const before = [...(this.#possible.get(key) ?? [])]
    const mustBeThere = this.#acknowledged.has(key)
    return (fetched) => {
      this.#history.checks++
      if (this.#history.isRelaxed("__consumer_offsets") || this.#history.isRelaxed(partition)) return
      const possible = [...before, ...(this.#possible.get(key) ?? [])].map(({ offset }) => offset)
      if (possible.includes(fetched) || (fetched === -1 && !mustBeThere)) return
      const last = this.#acknowledged.get(key)
      const sentence = `${key} is ${fetched}, acknowledged was ${last}, possible are ${[...new Set(possible)].join(" ")}`
      this.#history.violate("committed offsets are fetched", sentence)
    }
  }
}
