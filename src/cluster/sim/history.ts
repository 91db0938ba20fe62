import { createHash } from "node:crypto"
import type { Clock } from "../clock"
import type { Invariant, Violation } from "./violation"

/** What a seed went through, that is worth having gone through. */
export const COVERAGE = [
  "leader change",
  "ISR shrink",
  "truncation",
  "aborted transaction",
  "suppressed duplicate",
  "controller failover",
  "recovered torn write",
] as const
export type Coverage = (typeof COVERAGE)[number]

/** Everything that happened in one seed, in order, and what was wrong with it. */
export class History {
  readonly violations: Violation[] = []
  readonly coverage = new Set<Coverage>()
  /** Partitions whose promises an unclean election, or a loss beyond the bound, has ended; with the reason. */
  readonly relaxed = new Map<string, string>()
  operations = 0
  faults = 0
  checks = 0
  readonly #clock: Clock
  readonly #startMs: number
  readonly #lines: string[] = []

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startMs = clock.now()
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  /** The same seed gives the same, in every process. */
  get hash(): string {
    return createHash("sha256").update(this.#lines.join("\n")).digest("hex")
  }

  note(line: string): void {
    this.#lines.push(`${this.#now()} ${line}`)
  }

  cover(kind: Coverage): void {
    this.coverage.add(kind)
  }

  violate(invariant: Invariant, sentence: string): void {
    this.note(`VIOLATION ${invariant}: ${sentence}`)
    this.violations.push({ invariant, sentence, atMs: this.#clock.now(), line: this.#lines.length - 1 })
  }

  /** `partition` undefined: of every partition. */
  relax(partition: string | undefined, reason: string): void {
    const key = partition ?? EVERYWHERE
    if (this.relaxed.has(key)) return
    this.relaxed.set(key, reason)
    this.note(`${partition ?? "everything"} is relaxed: ${reason}`)
  }

  isRelaxed(partition: string): boolean {
    return this.relaxed.has(EVERYWHERE) || this.relaxed.has(partition)
  }

  /** Minutes, seconds and milliseconds since the start. */
  #now(): string {
    const elapsedMs = this.#clock.now() - this.#startMs
    const minutes = Math.floor(elapsedMs / 60_000)
    return `${minutes}:${((elapsedMs % 60_000) / 1000).toFixed(3).padStart(6, "0")}`
  }
}

const EVERYWHERE = "*"
