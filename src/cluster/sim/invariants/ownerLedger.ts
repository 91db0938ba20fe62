import type { History } from "../history"

/** A deposed coordinator may not know it for as long as a fault lasts, and answers heartbeats that change nothing. */
const LONGEST_DOUBT_MS = 40_000

/** Who was told that a partition is theirs, in which epoch of the group (generation) or of the member (KIP-848). */
export class OwnerLedger {
  readonly #history: History
  readonly #owners = new Map<string, string>()
  /** Group and partition → who holds it now. */
  readonly #holders = new Map<string, { readonly member: string; untilMs: number }>()

  #movedMs = Number.NEGATIVE_INFINITY

  constructor(history: History) {
    this.#history = history
  }

  /** A coordinator was elected: until the last one knows, two may speak. */
  noteCoordinatorMoved(nowMs: number): void {
    this.#movedMs = nowMs
  }

  assign(group: string, epoch: number, partition: string, member: string): void {
    const key = `${group} ${partition} ${epoch}`
    const owner = this.#owners.get(key)
    this.#history.checks++
    if (owner === undefined) this.#owners.set(key, member)
    else if (owner !== member && !this.#isRelaxed()) {
      const sentence = `${group} gave ${partition} to ${owner} and to ${member} in epoch ${epoch}`
      this.#history.violate("one owner per partition and member epoch", sentence)
    }
  }

  /** A member holds a partition until it says that it gave it up, or until its session may have ended. */
  hold(group: string, partition: string, member: string, nowMs: number, untilMs: number): void {
    const key = `${group} ${partition}`
    const holder = this.#holders.get(key)
    this.#history.checks++
    if (holder && holder.member !== member && holder.untilMs > nowMs && this.#isCertain(nowMs)) {
      const sentence = `${group} gave ${partition} to ${member} while ${holder.member} had not given it up`
      this.#history.violate("one owner per partition and member epoch", sentence)
    }
    this.#holders.set(key, { member, untilMs })
  }

  giveUp(group: string, partition: string, member: string): void {
    const key = `${group} ${partition}`
    if (this.#holders.get(key)?.member === member) this.#holders.delete(key)
  }

  #isCertain(nowMs: number): boolean {
    return nowMs - this.#movedMs > LONGEST_DOUBT_MS && !this.#isRelaxed()
  }

  #isRelaxed(): boolean {
    return this.#history.isRelaxed("__consumer_offsets")
  }
}
