import { isDeepStrictEqual } from "node:util"
import type { Explanation } from "./explained"
import type { Played } from "./playScenarios"
import type { Answers } from "./recordings"

export interface Comparison {
  readonly scenario: string
  readonly verdict: "equal" | "explained" | "different"
  /** What is wrong, or the reasons of what is explained; a paragraph each. */
  readonly lines: readonly string[]
}

/** Compares one scenario's answers with those recorded. */
export function compareAnswers(
  { scenario, answers, failure }: Played,
  recorded: Answers | undefined,
  explanations: readonly Explanation[],
): Comparison {
  const name = scenario.name
  const wrong: string[] = failure === undefined ? [] : [failure]
  if (recorded === undefined) {
    wrong.push("Apache Kafka's answers are not recorded: --record.")
    return { scenario: name, verdict: "different", lines: wrong }
  }
  const reasons: string[] = []
  const rows = explanations.filter((row) => row.scenario === name)
  for (const label of new Set([...Object.keys(recorded), ...Object.keys(answers)])) {
    const row = rows.find(({ answer }) => answer === label)
    const isSame = isDeepStrictEqual(answers[label], recorded[label])
    if (row && isSame) wrong.push(`"${label}" is explained, but no different: drop its row.`)
    else if (row) reasons.push(`${label}: ${row.reason}`)
    else if (!isSame) wrong.push(difference(label, recorded, answers))
  }
  for (const { answer } of rows) if (!(answer in recorded)) wrong.push(`"${answer}" is explained, but never asked.`)
  if (wrong.length > 0) return { scenario: name, verdict: "different", lines: wrong }
  return { scenario: name, verdict: reasons.length > 0 ? "explained" : "equal", lines: reasons }
}

function difference(label: string, recorded: Answers, answers: Answers): string {
  return `${label}\n  Apache Kafka: ${JSON.stringify(recorded[label])}\n  here:         ${JSON.stringify(answers[label])}`
}
