import { COVERAGE, type Coverage } from "./history"
import type { SeedResult } from "./runSeed"

/** So many seeds must each kind of trouble be in, at least: one of so many. */
const COVERED_ONE_IN = 10
/** Fewer seeds prove nothing about how often something happens. */
const FEWEST_COVERED_SEEDS = 50

/** The sums of many seeds, and whether they went through enough to mean anything. */
export class Totals {
  readonly #coverage = new Map<Coverage, number>()
  #seeds = 0
  #operations = 0
  #faults = 0
  #checks = 0
  #relaxed = 0
  #violations = 0
  #fewestOperations = Number.POSITIVE_INFINITY
  #fewestFaults = Number.POSITIVE_INFINITY

  add({ operations, faults, checks, relaxed, violations, coverage }: SeedResult): void {
    this.#seeds++
    this.#operations += operations
    this.#faults += faults
    this.#checks += checks
    this.#violations += violations.length
    if (relaxed > 0) this.#relaxed++
    this.#fewestOperations = Math.min(this.#fewestOperations, operations)
    this.#fewestFaults = Math.min(this.#fewestFaults, faults)
    for (const kind of coverage) this.#coverage.set(kind, (this.#coverage.get(kind) ?? 0) + 1)
  }

  get isGood(): boolean {
    return this.#violations === 0 && this.#rare.length === 0
  }

  /** What too few seeds went through to have been tested. */
  get #rare(): readonly Coverage[] {
    if (this.#seeds < FEWEST_COVERED_SEEDS) return []
    return COVERAGE.filter((kind) => (this.#coverage.get(kind) ?? 0) * COVERED_ONE_IN < this.#seeds)
  }

  describe(): string {
    const coverage = COVERAGE.map((kind) => `${kind} ${this.#coverage.get(kind) ?? 0}`).join(", ")
    const rare = this.#rare.map((kind) => `too few seeds had: ${kind}`)
    const sums = [
      `seeds ${this.#seeds}`,
      `operations ${this.#operations} (at least ${this.#fewestOperations})`,
      `faults ${this.#faults} (at least ${this.#fewestFaults})`,
      `checks ${this.#checks}`,
      `seeds with a relaxed partition ${this.#relaxed}`,
      `violations ${this.#violations}`,
    ]
    return [coverage, ...rare, sums.join(", ")].join("\n")
  }
}
