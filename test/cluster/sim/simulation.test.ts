import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { COVERAGE } from "../../../src/cluster/sim/history"
import { runSeed } from "../../../src/cluster/sim/runSeed"
import { SimulatedWorld } from "../../../src/cluster/sim/simulatedWorld"
import { Totals } from "../../../src/cluster/sim/totals"
import { silentVoter } from "./broken/silentVoter"

/** Eleven virtual minutes are some seconds of a busy machine. */
const LIMIT_MS = 300_000
const root = join(import.meta.dirname, "..", "..", "..")

describe("the simulation", () => {
  it(
    "keeps every promise through overlapping faults of all kinds, with enough of everything to mean something",
    async () => {
      const { violations, operations, faults, coverage } = await runSeed(3)
      expect({ violations, isLong: operations >= 2000 && faults >= 20, coverage: coverage.size }).toEqual({
        violations: [],
        isLong: true,
        coverage: COVERAGE.length,
      })
    },
    LIMIT_MS,
  )

  it(
    "does the same for the same seed, in another process as well",
    async () => {
      const { hash } = await runSeed(5)
      const told = execFileSync(process.execPath, [join(root, "scripts", "simulate.mjs"), "--seed", "5"], {
        encoding: "utf8",
      })
      expect(told).toContain(hash.slice(0, 16))
    },
    LIMIT_MS,
  )

  it("fails like any other seed where it cannot go on: with a name, and with its history", async () => {
    const thrower = () => {
      throw new RangeError("a bug")
    }
    const stuck = await runSeed(1, { replacements: silentVoter })
    const broken = await runSeed(1, { replacements: { parts: { newRaft: thrower } } })
    expect([stuck, broken].map(({ violations, history }) => [violations, history.at(-1)])).toEqual([
      [
        [expect.objectContaining({ invariant: "the cluster settles" })],
        "2:00.000 VIOLATION the cluster settles: the start of the cluster did not come to an end within 120000 virtual ms",
      ],
      [
        [expect.objectContaining({ invariant: "nothing is thrown" })],
        "0:00.000 VIOLATION nothing is thrown: RangeError: a bug",
      ],
    ])
  })

  it("names what was violated, and is not content with seeds in which too little happened", () => {
    const { history } = new SimulatedWorld({ seed: 1, brokers: 1, controllers: 1, replacements: {} })
    history.violate("replicas agree", "They do not.")
    const nothing = { operations: 2000, faults: 20, checks: 1, hash: "", history: [], coverage: new Set<never>() }
    const totals = new Totals()
    for (let seed = 0; seed < 100; seed++) totals.add({ ...nothing, seed, violations: [], relaxed: 0 })
    expect([history.violations[0]?.invariant, totals.isGood]).toEqual(["replicas agree", false])
  })
})
