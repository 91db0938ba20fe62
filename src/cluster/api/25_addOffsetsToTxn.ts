/**
 * AddOffsetsToTxn: a producer says that its transaction will commit offsets of a group.
 * Kafka: KafkaApis.handleAddOffsetsToTxnRequest. Clients of transaction version 2 leave it out.
 */
import { addOffsetsToTxn } from "../../protocol/api/25_addOffsetsToTxn"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { OFFSETS_TOPIC } from "../state/group/groupCoordinator"
import { addPartitions } from "../state/transaction/addPartitions"
import { fencedError } from "./fencedError"

const FENCED_VERSION = 2

export const onAddOffsetsToTxn = handler(
  addOffsetsToTxn,
  async (request, { acl, groups, transactions, version }): Promise<ResponseInput<typeof addOffsetsToTxn>> => {
    if (!acl.mayWrite("transactionalId", request.transactionalId)) {
      return { errorCode: ErrorCode.TransactionalIdAuthorizationFailed }
    }
    if (!acl.mayRead("group", request.groupId)) return { errorCode: ErrorCode.GroupAuthorizationFailed }
    const shard = transactions.shardOf(request.transactionalId)
    if (typeof shard === "number") return { errorCode: shard }
    const partitions = new Map([[OFFSETS_TOPIC, [groups.partitionFor(request.groupId)]]])
    const errorCode = await new Promise<ErrorCode>((resolve) => addPartitions(shard, request, partitions, resolve))
    return { errorCode: fencedError(errorCode, version >= FENCED_VERSION) }
  },
)
