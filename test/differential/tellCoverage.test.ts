import { join } from "node:path"
import { expect, it } from "vitest"
import { notCompared, outcomes } from "./lessonOutcomes"
import { scenarios } from "./scenarios"
import { tellCoverage } from "./tellCoverage"

const all = Object.values(scenarios).flat()
/** Outcomes of other lessons may be named as well: they are more than is asked for. */
const isAsked = (outcome: string) => !/^L(0[1-4]|1[3-9])[a-z]$/.test(outcome)

it("has a scenario for every outcome that the lessons show, or a reason; and never both", () => {
  const proven = new Set(all.flatMap(({ proves }) => proves ?? []))
  expect({
    unproven: Object.keys(outcomes).filter((outcome) => !proven.has(outcome) && !(outcome in notCompared)),
    needless: Object.keys(notCompared).filter((outcome) => proven.has(outcome) || !(outcome in outcomes)),
    unknown: [...proven].filter((outcome) => isAsked(outcome) && !(outcome in outcomes)),
  }).toEqual({ unproven: [], needless: [], unknown: [] })
})

it("tells which scenario proves what", async () => {
  await expect(tellCoverage(all)).toMatchFileSnapshot(join(import.meta.dirname, "README.md"))
})
