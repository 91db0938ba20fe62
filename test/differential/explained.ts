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
  ...["the one before it again", "the third last again"].map((answer) => ({
    scenario: "a batch that is sent again when its broker is back",
    answer,
    reason:
      "Apache Kafka reloads only the last batch of each producer (ProducerStateEntry), so its clients may write the " +
      "earlier ones twice in a new epoch; we read them back from the log: idempotent producers never duplicate.",
  })),
]
