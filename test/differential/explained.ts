/** An answer of ours that is not Apache Kafka's, and why that is right. */
export interface Explanation {
  readonly scenario: string
  readonly answer: string
  readonly reason: string
}

/** The one table of differences. A row whose answers have become equal fails the comparison: it must go. */
export const explained: readonly Explanation[] = [
  {
    scenario: "changes of configs that are refused",
    answer: "an operation that there is not",
    reason:
      "Apache Kafka's own code fails on the unknown number (UNKNOWN_SERVER_ERROR); a refusal that says why teaches more.",
  },
]
