/**
 * ClearElrRecord: the eligible leader replicas of one topic, or of all, were cleared (KIP-966).
 */
import { type RecordOf, record, string } from "../schema"

export const clearElrRecord = record({
  name: "ClearElrRecord",
  apiKey: 28,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topicName: string,
  },
})
export type ClearElrRecord = RecordOf<typeof clearElrRecord>
