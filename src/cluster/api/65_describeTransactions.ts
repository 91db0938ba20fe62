/** DescribeTransactions: transactional ids with what they have open (KIP-664). */
import { describeTransactions } from "../../protocol/api/65_describeTransactions"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler, type Services } from "../handler"

export const onDescribeTransactions = handler(describeTransactions, (request, services) => ({
  transactionStates: request.transactionalIds.map((transactionalId) => ({
    transactionalId,
    ...describe(transactionalId, services),
  })),
}))

function describe(transactionalId: string, { acl, transactions }: Services) {
  if (!acl.mayDescribe("transactionalId", transactionalId)) {
    return { errorCode: ErrorCode.TransactionalIdAuthorizationFailed }
  }
  if (transactionalId === "") return { errorCode: ErrorCode.InvalidRequest }
  const shard = transactions.shardOf(transactionalId)
  if (typeof shard === "number") return { errorCode: shard }
  const transaction = shard.entries.get(transactionalId)?.current
  if (!transaction || transaction.status === "Dead") return { errorCode: ErrorCode.TransactionalIdNotFound }
  return {
    errorCode: ErrorCode.None,
    transactionState: transaction.status,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...transaction.partitions]
      // What a principal may not see is left out, not refused.
      .filter(([topic]) => acl.mayDescribe("topic", topic))
      .map(([topic, partitions]) => ({ topic, partitions })),
  }
}
