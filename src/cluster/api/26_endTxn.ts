/**
 * EndTxn: commits or aborts. Answers when the decision is written down; the markers reach the partitions after.
 * From v5 the answer brings the epoch of the next transaction (KIP-890). Kafka: TransactionCoordinator.endTransaction.
 */
import { endTxn } from "../../protocol/api/26_endTxn"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { type EndAnswer, endTransaction } from "../state/transaction/endTransaction"
import { EPOCH_PER_TRANSACTION } from "../state/transaction/transaction"
import { fencedError } from "./fencedError"

const FENCED_VERSION = 2
const EPOCH_PER_TRANSACTION_VERSION = 5

export const onEndTxn = handler(
  endTxn,
  async (request, { acl, transactions, version }): Promise<ResponseInput<typeof endTxn>> => {
    if (!acl.mayWrite("transactionalId", request.transactionalId)) {
      return { errorCode: ErrorCode.TransactionalIdAuthorizationFailed }
    }
    if (request.transactionalId === "") return { errorCode: ErrorCode.InvalidRequest }
    const shard = transactions.shardOf(request.transactionalId)
    if (typeof shard === "number") return { errorCode: shard }
    const clientVersion = version >= EPOCH_PER_TRANSACTION_VERSION ? EPOCH_PER_TRANSACTION : 0
    const answer = await new Promise<EndAnswer>((resolve) => endTransaction(shard, request, clientVersion, resolve))
    return { ...answer, errorCode: fencedError(answer.errorCode, version >= FENCED_VERSION) }
  },
)
