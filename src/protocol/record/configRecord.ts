/**
 * ConfigRecord: one configuration value of a topic, broker or other resource; null removes it.
 */
import { int8, nullableString, type RecordOf, record, string } from "../schema"

export const configRecord = record({
  name: "ConfigRecord",
  apiKey: 4,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    resourceType: int8,
    resourceName: string,
    name: string,
    value: nullableString,
  },
})
export type ConfigRecord = RecordOf<typeof configRecord>
