import { addPartitionsToTxn } from "../../../protocol/api/24_addPartitionsToTxn"
import { addOffsetsToTxn } from "../../../protocol/api/25_addOffsetsToTxn"
import { txnOffsetCommit } from "../../../protocol/api/28_txnOffsetCommit"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import type { CommitAttempt } from "../invariants/offsetLedger"
import { partitionName } from "../partitionName"
import { GROUP_KEY, type SimulatedClient, TRANSACTION_KEY } from "../simulatedClient"
import { isPassing, type ProducerIdentity } from "./sendSequence"
import { LEDGER, type Ledgers } from "./workload"

/** AddPartitionsToTxn as clients of transaction version 1 send it. */
const CLIENT_VERSION = 3
const TRIES = 4

export async function addPartitions(
  client: SimulatedClient,
  { transactionalId, producerId, producerEpoch }: ProducerIdentity,
  name: string,
  partition: number,
): Promise<ErrorCode> {
  const id = transactionalId ?? ""
  const coordinator = await client.coordinatorOf(TRANSACTION_KEY, id)
  const response = await client.request(coordinator, addPartitionsToTxn, CLIENT_VERSION, {
    v3AndBelowTransactionalId: id,
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: [{ name, partitions: [partition] }],
  })
  const result = response?.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]
  const errorCode = (result?.partitionErrorCode ?? ErrorCode.NetworkException) as ErrorCode
  if (errorCode !== ErrorCode.None) client.forgetCoordinator(TRANSACTION_KEY, id)
  return errorCode
}

/** The group whose offsets a transactional producer commits. */
export function groupOf(transactionalId: string): string {
  return `${transactionalId}-group`
}

/** Commits an offset within the transaction: what it is only counts once the transaction is committed. Undefined: it failed. */
export async function commitInTransaction(
  client: SimulatedClient,
  { offsets }: Ledgers,
  identity: ProducerIdentity,
  version: 1 | 2,
): Promise<CommitAttempt[] | undefined> {
  const transactionalId = identity.transactionalId ?? ""
  const group = groupOf(transactionalId)
  const committedOffset = client.world.nextUnique()
  for (let left = TRIES; left > 0; left--) {
    const errorCode = version === 1 ? await addOffsets(client, identity, transactionalId, group) : ErrorCode.None
    const committed = errorCode || (await commit(client, identity, group, committedOffset, version))
    if (committed === ErrorCode.None) {
      return [offsets.begin(group, partitionName({ topic: LEDGER, index: 0 }), committedOffset)]
    }
    if (!isPassing(committed)) return undefined
    await client.pause(400)
  }
  return undefined
}

async function addOffsets(
  client: SimulatedClient,
  { producerId, producerEpoch }: ProducerIdentity,
  transactionalId: string,
  groupId: string,
): Promise<ErrorCode> {
  const coordinator = await client.coordinatorOf(TRANSACTION_KEY, transactionalId)
  const body = { transactionalId, producerId, producerEpoch, groupId }
  const response = await client.request(coordinator, addOffsetsToTxn, 3, body)
  const errorCode = (response?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
  if (errorCode !== ErrorCode.None) client.forgetCoordinator(TRANSACTION_KEY, transactionalId)
  return errorCode
}

async function commit(
  client: SimulatedClient,
  { producerId, producerEpoch, transactionalId }: ProducerIdentity,
  groupId: string,
  committedOffset: number,
  version: 1 | 2,
): Promise<ErrorCode> {
  const coordinator = await client.coordinatorOf(GROUP_KEY, groupId)
  const response = await client.request(coordinator, txnOffsetCommit, version === 2 ? 5 : 4, {
    transactionalId: transactionalId ?? "",
    groupId,
    producerId,
    producerEpoch,
    topics: [{ name: LEDGER, partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: null }] }],
  })
  const errorCode = (response?.topics[0]?.partitions[0]?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
  client.note(`offset ${committedOffset} of ${groupId} in its transaction: ${errorName(errorCode)}`)
  if (errorCode !== ErrorCode.None) client.forgetCoordinator(GROUP_KEY, groupId)
  return errorCode
}
