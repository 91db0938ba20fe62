import { expect, it } from "vitest"
import type { Replacements } from "../../../src/cluster/sim/replacements"
import { runSeed } from "../../../src/cluster/sim/runSeed"
import type { Invariant, Violation } from "../../../src/cluster/sim/violation"

/** A cluster that breaks one rule of Kafka, and the check that is there for it. */
export interface BrokenCluster {
  /** How the rule is broken. */
  readonly title: string
  readonly replacements: Replacements
  readonly invariant: Invariant
  /** Where the search begins: a seed that is known to catch it saves the time of those that do not. */
  readonly firstSeed: number
}

/** So many seeds may let a broken cluster pass. */
const MOST_SEEDS = 200
/** The number of seeds ends a search, on any machine; a seed takes a second or two, on a busy one ten. */
const LIMIT_MS = 3_600_000

/** One test each: seed after seed until the invariant catches it; the sound cluster goes through the same seeds. */
export function expectCaught(clusters: readonly BrokenCluster[]): void {
  it.each(clusters)(
    "$title: $invariant",
    { timeout: LIMIT_MS },
    async ({ title, replacements, invariant, firstSeed }) => {
      const soundViolations: Violation[] = []
      let caught: { readonly seed: number; readonly violation: Violation } | undefined
      for (let seed = firstSeed; seed < firstSeed + MOST_SEEDS && !caught; seed++) {
        soundViolations.push(...(await runSound(seed)))
        const { violations } = await runSeed(seed, { replacements })
        const violation = violations.find((each) => each.invariant === invariant)
        if (violation) caught = { seed, violation }
      }
      process.stdout.write(`${title}: seed ${caught?.seed}, ${invariant}: ${caught?.violation.sentence}\n`)
      expect({ isCaught: caught !== undefined, soundViolations }).toEqual({ isCaught: true, soundViolations: [] })
    },
  )
}

const soundRuns = new Map<number, readonly Violation[]>()

async function runSound(seed: number): Promise<readonly Violation[]> {
  const violations = soundRuns.get(seed) ?? (await runSeed(seed)).violations
  soundRuns.set(seed, violations)
  return violations
}
