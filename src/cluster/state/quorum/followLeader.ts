import { fetch } from "../../../protocol/api/01_fetch"
import { fetchSnapshot } from "../../../protocol/api/59_fetchSnapshot"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ResponseOf } from "../../../protocol/schema"
import { wait } from "../../clock"
import { metadataTopicId, randomInteger } from "../../random"
import { learnEpoch } from "./election"
import { METADATA_TOPIC } from "./metadataLog"
import type { QuorumMember } from "./quorumMember"

/** Kafka: KafkaRaftClient.MAX_FETCH_WAIT_MS and MAX_FETCH_SIZE_BYTES. */
const MAX_FETCH_WAIT_MS = 500
const MAX_FETCH_BYTES = 8 << 20

/**
 * Fetches the metadata log from the leader, or from any voter while none is known, until the member's turn is over.
 * Nobody tells an observer of a new leader: when its own gives it nothing it asks any voter in between (Kafka:
 * KafkaRaftClient.maybeSendFetchToBestNode).
 */
export async function followLeader(member: QuorumMember): Promise<void> {
  const { id, voters, clock, random, timeouts } = member.setup
  const turn = member.turn
  const others = voters.filter((voter) => voter !== id)
  const isObserver = others.length === voters.length
  let asksAnyone = false
  while (turn === member.turn) {
    const isLeaderAsked: boolean = member.leaderId >= 0 && !asksAnyone
    const target = isLeaderAsked ? member.leaderId : others[randomInteger(random, others.length)]
    if (target === undefined) return
    const hasProgress = await fetchOnce(member, target)
    asksAnyone = isObserver && isLeaderAsked && !hasProgress
    if (turn === member.turn && !hasProgress) await wait(clock, timeouts.retryBackoffMs)
  }
}

type FetchedPartition = ResponseOf<typeof fetch>["responses"][number]["partitions"][number]

/** False when it is wise to pause before the next. */
async function fetchOnce(member: QuorumMember, target: number): Promise<boolean> {
  const { id, clusterId, links, log, timeouts } = member.setup
  const turn = member.turn
  const body = {
    clusterId,
    replicaState: { replicaId: id },
    maxWaitMs: MAX_FETCH_WAIT_MS,
    maxBytes: MAX_FETCH_BYTES,
    topics: [
      {
        topicId: metadataTopicId,
        topic: METADATA_TOPIC,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: member.epoch,
            fetchOffset: log.endOffset,
            lastFetchedEpoch: log.lastEpoch,
            partitionMaxBytes: MAX_FETCH_BYTES,
            highWatermark: member.highWatermark,
          },
        ],
      },
    ],
  }
  const response = await links.send(id, target, fetch, fetch.versions[1], body, timeouts.requestTimeoutMs)
  if (turn !== member.turn) return true
  const partition = response?.responses[0]?.partitions[0]
  if (!partition) return false
  return handlePartition(member, target, partition)
}

async function handlePartition(member: QuorumMember, target: number, answer: FetchedPartition): Promise<boolean> {
  const { leaderId, leaderEpoch } = answer.currentLeader
  // A leader that restarts hears from the others that it leads: in this life it does not, and must wait for an election.
  const isOther = leaderId >= 0 && leaderId !== member.setup.id
  const isNews = leaderEpoch > member.epoch || (leaderEpoch === member.epoch && isOther && member.leaderId < 0)
  if (isNews) {
    learnEpoch(member, leaderEpoch, leaderId)
    return true
  }
  if (answer.errorCode !== ErrorCode.None || member.leaderId !== target) return false

  const { log } = member.setup
  const turn = member.turn
  member.noteLeaderAnswered()
  if (answer.snapshotId.endOffset >= 0) return adoptSnapshotOf(member, target, answer.snapshotId)
  if (answer.divergingEpoch.endOffset >= 0) {
    const own = log.endOffsetForEpoch(answer.divergingEpoch.epoch)
    const truncated = log.truncateTo(
      Math.max(Math.min(own.endOffset, answer.divergingEpoch.endOffset), member.highWatermark),
    )
    return truncated
  }
  if (answer.records && answer.records.length > 0) {
    if (!log.appendFetched(answer.records)) return false
    // Only what survives a power failure may count for the majority, and the next fetch tells the leader of it.
    // Observers count for nothing, and fetch again what they lose (Kafka: KafkaRaftClient.appendAsFollower).
    const isVoter = member.setup.voters.includes(member.setup.id)
    if (isVoter && !(await log.flush())) return false
    if (turn !== member.turn) return true
  }
  member.advanceHighWatermark(answer.highWatermark)
  return true
}

async function adoptSnapshotOf(
  member: QuorumMember,
  target: number,
  snapshotId: FetchedPartition["snapshotId"],
): Promise<boolean> {
  const { id, clusterId, links, timeouts } = member.setup
  const turn = member.turn
  const chunks: Buffer[] = []
  let position = 0
  for (;;) {
    const partition = { partition: 0, currentLeaderEpoch: member.epoch, snapshotId, position }
    const body = {
      clusterId,
      replicaId: id,
      maxBytes: MAX_FETCH_BYTES,
      topics: [{ name: METADATA_TOPIC, partitions: [partition] }],
    }
    const response = await links.send(id, target, fetchSnapshot, 1, body, timeouts.requestTimeoutMs)
    const answer = response?.topics[0]?.partitions[0]
    if (turn !== member.turn) return true
    if (!answer || answer.errorCode !== ErrorCode.None || !answer.unalignedRecords) return false
    member.noteLeaderAnswered()
    chunks.push(answer.unalignedRecords)
    position += answer.unalignedRecords.length
    if (position >= answer.size) break
    if (answer.unalignedRecords.length === 0) return false
  }
  member.adoptSnapshot(Buffer.concat(chunks), snapshotId)
  return true
}
