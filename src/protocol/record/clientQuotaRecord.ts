/**
 * ClientQuotaRecord: one quota of a user, a client id, an address or a combination (KIP-546).
 */
import { array, boolean, float64, nullableString, type RecordOf, record, string, struct } from "../schema"

export const clientQuotaRecord = record({
  name: "ClientQuotaRecord",
  apiKey: 14,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    entity: array(
      struct({
        entityType: string,
        entityName: nullableString,
      }),
    ),
    key: string,
    value: float64,
    remove: boolean,
  },
})
export type ClientQuotaRecord = RecordOf<typeof clientQuotaRecord>
