import { offsetCommit } from "../../../protocol/api/08_offsetCommit"
import { offsetFetch } from "../../../protocol/api/09_offsetFetch"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import { partitionName } from "../partitionName"
import { GROUP_KEY, type SimulatedClient } from "../simulatedClient"
import { isPassing } from "./sendSequence"
import { LEDGER, type Ledgers } from "./workload"

/** Who commits: a member in its generation or epoch. */
export interface Committer {
  readonly groupId: string
  readonly memberId: string
  readonly epoch: number
}

/** Commits a number that nobody else commits. */
export async function commitOffset(
  client: SimulatedClient,
  { offsets }: Ledgers,
  { groupId, memberId, epoch }: Committer,
  partitionIndex: number,
): Promise<ErrorCode> {
  const committedOffset = client.world.nextUnique()
  const attempt = offsets.begin(groupId, partitionName({ topic: LEDGER, index: partitionIndex }), committedOffset)
  const coordinator = await client.coordinatorOf(GROUP_KEY, groupId)
  const response = await client.request(coordinator, offsetCommit, 9, {
    groupId,
    memberId,
    generationIdOrMemberEpoch: epoch,
    topics: [{ name: LEDGER, partitions: [{ partitionIndex, committedOffset, committedMetadata: client.name }] }],
  })
  const errorCode = (response?.topics[0]?.partitions[0]?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
  client.note(`commits ${committedOffset} for ${partitionIndex} of ${groupId}: ${errorName(errorCode)}`)
  if (errorCode === ErrorCode.None) offsets.acknowledge(attempt)
  else if (isPassing(errorCode)) {
    offsets.unknown(attempt)
    client.forgetCoordinator(GROUP_KEY, groupId)
  } else offsets.refuse(attempt)
  return errorCode
}

/** Asks what is committed and holds it against what may be. False: nobody could say. */
export async function checkOffsets(
  client: SimulatedClient,
  { offsets }: Ledgers,
  groupId: string,
  partitions: readonly number[],
  member?: Committer,
): Promise<boolean> {
  const judges = new Map(
    partitions.map((index) => [index, offsets.expect(groupId, partitionName({ topic: LEDGER, index }))]),
  )
  const coordinator = await client.coordinatorOf(GROUP_KEY, groupId)
  const response = await client.request(coordinator, offsetFetch, 9, {
    requireStable: true,
    groups: [
      {
        groupId,
        topics: [{ name: LEDGER, partitionIndexes: partitions }],
        ...(member && { memberId: member.memberId, memberEpoch: member.epoch }),
      },
    ],
  })
  const group = response?.groups[0]
  if (!group || group.errorCode !== ErrorCode.None) {
    client.forgetCoordinator(GROUP_KEY, groupId)
    return false
  }
  let isTold = true
  for (const { partitionIndex, committedOffset, errorCode } of group.topics[0]?.partitions ?? []) {
    client.note(`fetches ${committedOffset} for ${partitionIndex} of ${groupId}: ${errorName(errorCode)}`)
    if (errorCode === ErrorCode.None) judges.get(partitionIndex)?.(committedOffset)
    else isTold = false
  }
  return isTold
}
