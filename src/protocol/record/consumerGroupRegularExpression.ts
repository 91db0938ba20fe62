/**
 * ConsumerGroupRegularExpressionKey and ConsumerGroupRegularExpressionValue: the topics that a regular expression
 * stands for (KIP-848).
 */
import { array, int64, type RecordOf, record, string } from "../schema"

export const consumerGroupRegularExpressionKey = record({
  name: "ConsumerGroupRegularExpressionKey",
  apiKey: 16,
  versions: [0, 0],
  fields: {
    groupId: string,
    regularExpression: string,
  },
})
export type ConsumerGroupRegularExpressionKey = RecordOf<typeof consumerGroupRegularExpressionKey>

export const consumerGroupRegularExpressionValue = record({
  name: "ConsumerGroupRegularExpressionValue",
  apiKey: 16,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topics: array(string),
    version: int64,
    timestamp: int64,
  },
})
export type ConsumerGroupRegularExpressionValue = RecordOf<typeof consumerGroupRegularExpressionValue>
