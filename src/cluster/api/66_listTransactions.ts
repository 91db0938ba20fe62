/** ListTransactions: the transactional ids of this broker, by state, producer, age and pattern (KIP-664, 994, 1152). */
import { listTransactions } from "../../protocol/api/66_listTransactions"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { compileTopicPattern } from "../state/group/consumer/topicPattern"
import { transactionStatuses } from "../state/transaction/transaction"

export const onListTransactions = handler(listTransactions, (request, { acl, clock, transactions }) => {
  const known: readonly string[] = transactionStatuses
  const states = new Set(request.stateFilters.filter((state) => known.includes(state)))
  const producerIds = new Set(request.producerIdFilters)
  const pattern = request.transactionalIdPattern ? compileTopicPattern(request.transactionalIdPattern) : null
  if (pattern === undefined) return { errorCode: ErrorCode.InvalidRegularExpression }
  const oldestMs = clock.now() - request.durationFilter
  const listed = [...transactions.transactions()].filter(
    (each) =>
      acl.mayDescribe("transactionalId", each.transactionalId) &&
      (request.stateFilters.length === 0 || states.has(each.status)) &&
      (producerIds.size === 0 || producerIds.has(each.producerId)) &&
      (request.durationFilter < 0 || each.startMs < oldestMs) &&
      (pattern === null || pattern.test(each.transactionalId)),
  )
  return {
    errorCode: ErrorCode.None,
    unknownStateFilters: request.stateFilters.filter((state) => !known.includes(state)),
    transactionStates: listed.map(({ transactionalId, producerId, status }) => ({
      transactionalId,
      producerId,
      transactionState: status,
    })),
  }
})
