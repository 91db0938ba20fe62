/**
 * AddOffsetsToTxn (API key 25): adds a group's offsets to a transaction (KIP-98).
 *
 * v1  throttles after responding (KIP-219)
 * v2  may answer PRODUCER_FENCED (KIP-588)
 * v3  flexible (KIP-482)
 * v4  may answer TRANSACTION_ABORTABLE (KIP-890)
 */
import { api, int16, int32, int64, string } from "../schema"

export const addOffsetsToTxn = api({
  key: 25,
  name: "AddOffsetsToTxn",
  versions: [0, 4],
  flexibleFrom: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
  },
})
