import { describe, expect, it } from "vitest"
import { runSeed } from "../../../src/cluster/sim/runSeed"

/** Ten virtual minutes are some seconds of a busy machine. */
const LIMIT_MS = 180_000

describe("the simulation", () => {
  it(
    "keeps what acks=all confirmed through kills, power failures, pauses, cuts, delays and skewed clocks",
    async () => {
      const { violations, operations, faults, coverage } = await runSeed(2)
      expect({
        violations,
        isLong: operations >= 2000 && faults >= 20,
        isCovered: coverage.has("leader change"),
      }).toEqual({
        violations: [],
        isLong: true,
        isCovered: true,
      })
    },
    LIMIT_MS,
  )

  it(
    "does the same for the same seed",
    async () => {
      const [one, other] = [await runSeed(3), await runSeed(3)]
      expect(other.hash).toBe(one.hash)
    },
    LIMIT_MS,
  )
})
