import { notCompared, outcomes } from "./lessonOutcomes"
import type { Scenario } from "./scenario"

/** The folder's README.md: every outcome, and the scenarios that prove it. */
export function tellCoverage(scenarios: readonly Scenario[]): string {
  const rows = Object.entries(outcomes).map(([outcome, sentence]) => {
    const names = scenarios.filter(({ proves }) => proves?.includes(outcome)).map(({ name }) => name)
    const told = sentence === "" ? outcome : `${outcome}: ${sentence}`
    return `| ${told} | ${names.join("; ") || `not compared: ${notCompared[outcome] ?? "nobody knows why"}`} |`
  })
  return [
    "# The same as Apache Kafka",
    "",
    "Each scenario plays on the embedded cluster and on Apache Kafka; what Apache Kafka answered is in `recorded/`.",
    "`npm run differential` compares, `npm run differential -- --record` takes the answers anew, differences that stay",
    "are explained one by one in `explained.ts`.",
    "",
    "What lessons 5 to 12 let a reader see, and what all lessons rely on, by the scenarios that prove it (a test writes",
    "this table from `lessonOutcomes.ts` and the `proves` of the scenarios: `npx vitest -u` after a change):",
    "",
    "| outcome | scenarios |",
    "| --- | --- |",
    ...rows,
    "",
  ].join("\n")
}
