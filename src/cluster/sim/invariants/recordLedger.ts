import type { History } from "../history"

interface Acknowledged {
  readonly offset: number
  readonly value: string
}

/** What clients were told of records: acknowledged where, seen where. Values are unique, so a value is its record. */
export class RecordLedger {
  readonly #history: History
  /** Topic and partition → offset → value, of what a consumer saw. */
  readonly #seen = new Map<string, Map<number, string>>()
  readonly #acknowledged = new Map<string, Acknowledged[]>()
  /** Producer → partition → values in the order in which they were first sent; one try each has a place. */
  readonly #sent = new Map<string, Map<string, number>>()

  constructor(history: History) {
    this.#history = history
  }

  /** By acks=all, with min.insync.replicas=2. */
  acknowledge(partition: string, offset: number, value: string): void {
    const known = this.#acknowledged.get(partition)
    if (known) known.push({ offset, value })
    else this.#acknowledged.set(partition, [{ offset, value }])
  }

  /** An idempotent producer is about to send a value for the first time, after all that it sent to the partition before. */
  send(producer: string, partition: string, value: string): void {
    const key = `${producer} ${partition}`
    const values = this.#sent.get(key) ?? new Map<string, number>()
    values.set(value, values.size)
    this.#sent.set(key, values)
  }

  /** A consumer got the record: it was below the high watermark. */
  see(partition: string, offset: number, value: string): void {
    const history = this.#history
    history.checks++
    let seen = this.#seen.get(partition)
    if (!seen) {
      seen = new Map()
      this.#seen.set(partition, seen)
    }
    const before = seen.get(offset)
    if (before === undefined) seen.set(offset, value)
    else if (before !== value && !history.isRelaxed(partition)) {
      history.violate("visible records never change", `${partition} ${offset} was ${before}, now it is ${value}`)
    }
  }

  /** Holds everything against what the partition's leader has in the end. */
  judge(partition: string, final: ReadonlyMap<number, string>): void {
    this.#judgeDuplicates(partition, final)
    if (this.#history.isRelaxed(partition)) return
    for (const { offset, value } of this.#acknowledged.get(partition) ?? []) {
      this.#history.checks++
      if (final.get(offset) === value) continue
      const sentence = `${partition} ${offset} was acknowledged as ${value}, in the end it is ${final.get(offset)}`
      this.#history.violate("acknowledged records are kept", sentence)
    }
    for (const [offset, value] of this.#seen.get(partition) ?? []) {
      this.#history.checks++
      if (final.get(offset) === value) continue
      const sentence = `${partition} ${offset} was read as ${value}, in the end it is ${final.get(offset)}`
      this.#history.violate("visible records never change", sentence)
    }
  }

  /** Each value once, in the order in which the producer sent them. */
  #judgeDuplicates(partition: string, final: ReadonlyMap<number, string>): void {
    const offsets = new Map<string, number[]>()
    for (const [offset, value] of final) {
      const known = offsets.get(value)
      if (known) known.push(offset)
      else offsets.set(value, [offset])
    }
    for (const [key, values] of this.#sent) {
      if (!key.endsWith(` ${partition}`)) continue
      let last = -1
      for (const value of values.keys()) {
        const found = offsets.get(value) ?? []
        this.#history.checks++
        if (found.length > 1 && !this.#history.isRelaxed(partition)) {
          const sentence = `${value} stands at ${partition} ${found.join(" and ")}`
          this.#history.violate("idempotent producers never duplicate", sentence)
        }
        const [offset] = found
        if (offset === undefined) continue
        if (offset < last && !this.#history.isRelaxed(partition)) {
          const sentence = `${value} at ${partition} ${offset} was sent after what stands at ${last}`
          this.#history.violate("acknowledged records are kept", sentence)
        }
        last = Math.max(last, offset)
      }
    }
  }
}
