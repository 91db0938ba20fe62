/**
 * RemoveTopicRecord: a topic was deleted, and all its partitions with it.
 */
import { type RecordOf, record, uuid } from "../schema"

export const removeTopicRecord = record({
  name: "RemoveTopicRecord",
  apiKey: 9,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topicId: uuid,
  },
})
export type RemoveTopicRecord = RecordOf<typeof removeTopicRecord>
