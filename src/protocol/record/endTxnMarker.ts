/**
 * EndTxnMarker: the value of a transaction marker, after its int16 version; the key is version int16, type int16.
 */
import { int32, type RecordOf, record } from "../schema"

export const endTxnMarker = record({
  name: "EndTxnMarker",
  versions: [0, 0],
  fields: {
    coordinatorEpoch: int32,
  },
})
export type EndTxnMarker = RecordOf<typeof endTxnMarker>
