/**
 * TopicRecord: a topic came to be. Its configuration and partitions follow in records of their own.
 */
import { type RecordOf, record, string, uuid } from "../schema"

export const topicRecord = record({
  name: "TopicRecord",
  apiKey: 2,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    name: string,
    topicId: uuid,
  },
})
export type TopicRecord = RecordOf<typeof topicRecord>
