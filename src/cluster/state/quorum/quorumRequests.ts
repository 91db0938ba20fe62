import type { fetch } from "../../../protocol/api/01_fetch"
import { vote } from "../../../protocol/api/52_vote"
import { beginQuorumEpoch } from "../../../protocol/api/53_beginQuorumEpoch"
import { endQuorumEpoch } from "../../../protocol/api/54_endQuorumEpoch"
import { describeQuorum } from "../../../protocol/api/55_describeQuorum"
import { fetchSnapshot } from "../../../protocol/api/59_fetchSnapshot"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { Api, RequestOf, ResponseInput } from "../../../protocol/schema"
import { metadataTopicId } from "../../random"
import { METADATA_TOPIC } from "./metadataLog"
import type { Raft } from "./raft"
import type { SnapshotId } from "./snapshotFiles"

/** Answers what the other replicas of the quorum ask, and DescribeQuorum. */
class QuorumRequests {
  readonly #raft: Raft

  constructor(raft: Raft) {
    this.#raft = raft
  }

  vote(request: RequestOf<typeof vote>): ResponseInput<typeof vote> {
    const raft = this.#raft
    const asked = request.topics[0]?.partitions[0]
    if (!asked) return { errorCode: ErrorCode.InvalidRequest }
    // A pre-vote asks about the next epoch without beginning it.
    const errorCode = asked.preVote ? fencedBelow(asked.replicaEpoch, raft.epoch) : raft.checkEpoch(asked.replicaEpoch)
    const voteGranted =
      errorCode === ErrorCode.None && this.#mayVoteFor(asked) && (asked.preVote || this.#grant(asked.replicaId))
    return {
      topics: [
        {
          topicName: METADATA_TOPIC,
          partitions: [{ errorCode, leaderId: raft.leaderId, leaderEpoch: raft.epoch, voteGranted }],
        },
      ],
    }
  }

  #mayVoteFor(asked: RequestOf<typeof vote>["topics"][number]["partitions"][number]): boolean {
    const raft = this.#raft
    const { log } = raft.setup
    if (!raft.isVoter || raft.role === "leader") return false
    const isUpToDate =
      asked.lastOffsetEpoch > log.lastEpoch ||
      (asked.lastOffsetEpoch === log.lastEpoch && asked.lastOffset >= log.endOffset)
    if (asked.preVote) return isUpToDate && !(raft.role === "follower" && raft.hasFetchedFromLeader)
    if (raft.leaderId >= 0 || raft.role === "candidate") return false
    return raft.votedId === asked.replicaId || (raft.votedId === -1 && isUpToDate)
  }

  #grant(candidateId: number): boolean {
    return this.#raft.votedId === candidateId || this.#raft.grantVote(candidateId)
  }

  beginQuorumEpoch(request: RequestOf<typeof beginQuorumEpoch>): ResponseInput<typeof beginQuorumEpoch> {
    const raft = this.#raft
    const told = request.topics[0]?.partitions[0]
    if (!told) return { errorCode: ErrorCode.InvalidRequest }
    const errorCode = fencedBelow(told.leaderEpoch, raft.epoch)
    if (errorCode === ErrorCode.None) raft.becomeFollower(told.leaderId, told.leaderEpoch)
    const { leaderId, epoch: leaderEpoch } = raft
    return { topics: [{ topicName: METADATA_TOPIC, partitions: [{ errorCode, leaderId, leaderEpoch }] }] }
  }

  /** The leader goes, and named who should follow it: the first stands at once, the others later. */
  endQuorumEpoch(request: RequestOf<typeof endQuorumEpoch>): ResponseInput<typeof endQuorumEpoch> {
    const raft = this.#raft
    const told = request.topics[0]?.partitions[0]
    if (!told) return { errorCode: ErrorCode.InvalidRequest }
    const errorCode = fencedBelow(told.leaderEpoch, raft.epoch)
    if (errorCode === ErrorCode.None && raft.isVoter && raft.role !== "leader") {
      const rank = told.preferredCandidates.findIndex(({ candidateId }) => candidateId === raft.setup.id)
      const { electionBackoffMaxMs, electionTimeoutMs } = raft.setup.timeouts
      const delayMs = rank === 0 ? 0 : rank < 0 ? electionTimeoutMs : Math.min(electionBackoffMaxMs, 50 * rank)
      raft.becomeUnattached(told.leaderEpoch, delayMs)
    }
    const { leaderId, epoch: leaderEpoch } = raft
    return { topics: [{ topicName: METADATA_TOPIC, partitions: [{ errorCode, leaderId, leaderEpoch }] }] }
  }

  async fetch(request: RequestOf<typeof fetch>): Promise<ResponseInput<typeof fetch>> {
    const asked = request.topics[0]?.partitions[0]
    if (!asked) return { errorCode: ErrorCode.InvalidRequest }
    const { leader } = this.#raft
    const replicaId = Math.max(request.replicaState.replicaId, request.replicaId)
    let answer = this.#readFor(replicaId, asked)
    const isIdle =
      answer.errorCode === ErrorCode.None && !answer.records?.length && !answer.divergingEpoch && !answer.snapshotId
    if (isIdle && leader && !leader.hasNews(asked.fetchOffset, asked.highWatermark)) {
      await leader.park(asked.fetchOffset, asked.highWatermark, request.maxWaitMs)
      answer = this.#readFor(replicaId, asked)
    }
    return { responses: [{ topic: METADATA_TOPIC, topicId: metadataTopicId, partitions: [answer] }] }
  }

  #readFor(replicaId: number, asked: RequestOf<typeof fetch>["topics"][number]["partitions"][number]): FetchAnswer {
    const raft = this.#raft
    const { log } = raft.setup
    const currentLeader = { leaderId: raft.leaderId, leaderEpoch: raft.epoch }
    const refused = { partitionIndex: 0, currentLeader, highWatermark: -1, records: null }
    if (asked.currentLeaderEpoch > raft.epoch) {
      raft.becomeUnattached(asked.currentLeaderEpoch)
      return { ...refused, errorCode: ErrorCode.UnknownLeaderEpoch }
    }
    const { leader } = raft
    if (!leader) return { ...refused, errorCode: ErrorCode.NotLeaderOrFollower }
    if (asked.currentLeaderEpoch < raft.epoch) return { ...refused, errorCode: ErrorCode.FencedLeaderEpoch }

    const answer = {
      partitionIndex: 0,
      errorCode: ErrorCode.None,
      currentLeader,
      highWatermark: raft.highWatermark,
      logStartOffset: log.startOffset,
      records: null,
    }
    const snapshotId = log.snapshots.latest()
    if (snapshotId && needsSnapshot(asked, log.startOffset, snapshotId)) return { ...answer, snapshotId }
    const end = log.endOffsetForEpoch(asked.lastFetchedEpoch)
    const isDiverging = end.epoch !== asked.lastFetchedEpoch || end.endOffset < asked.fetchOffset
    if (isDiverging && asked.fetchOffset > 0)
      return { ...answer, divergingEpoch: { epoch: end.epoch, endOffset: end.endOffset } }
    if (replicaId >= 0) leader.noteFetch(replicaId, asked.fetchOffset)
    const records = log.read(asked.fetchOffset, asked.partitionMaxBytes, log.flushedEnd)
    return { ...answer, highWatermark: raft.highWatermark, records }
  }

  fetchSnapshot(request: RequestOf<typeof fetchSnapshot>): ResponseInput<typeof fetchSnapshot> {
    const asked = request.topics[0]?.partitions[0]
    if (!asked) return { errorCode: ErrorCode.InvalidRequest }
    const { snapshotId, position } = asked
    const bytes = this.#raft.setup.log.snapshots.read(snapshotId)
    const partition = bytes
      ? {
          index: 0,
          snapshotId,
          size: bytes.length,
          position,
          unalignedRecords: bytes.subarray(position, position + request.maxBytes),
        }
      : { index: 0, snapshotId, errorCode: ErrorCode.SnapshotNotFound }
    return { topics: [{ name: METADATA_TOPIC, partitions: [partition] }] }
  }

  describeQuorum(request: RequestOf<typeof describeQuorum>): ResponseInput<typeof describeQuorum> {
    const raft = this.#raft
    const { id, voters, log, clock } = raft.setup
    const asked = request.topics[0]
    if (asked?.topicName !== METADATA_TOPIC || asked.partitions[0]?.partitionIndex !== 0) {
      const partitions = (asked?.partitions ?? []).map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: ErrorCode.UnknownTopicOrPartition,
      }))
      return { topics: asked ? [{ topicName: asked.topicName, partitions }] : [] }
    }
    const { leader } = raft
    if (!leader) return { errorCode: ErrorCode.NotLeaderOrFollower, topics: [] }
    const describe = (replicaId: number) => {
      if (replicaId === id) {
        return {
          replicaId,
          logEndOffset: log.endOffset,
          lastFetchTimestamp: clock.now(),
          lastCaughtUpTimestamp: clock.now(),
        }
      }
      const { logEnd = -1, lastFetchMs = -1, lastCaughtUpMs = -1 } = leader.replicas.get(replicaId) ?? {}
      return { replicaId, logEndOffset: logEnd, lastFetchTimestamp: lastFetchMs, lastCaughtUpTimestamp: lastCaughtUpMs }
    }
    const observers = [...leader.replicas.keys()]
      .filter((replicaId) => !voters.includes(replicaId))
      .sort((a, b) => a - b)
    const partition = {
      partitionIndex: 0,
      leaderId: id,
      leaderEpoch: raft.epoch,
      highWatermark: raft.highWatermark,
      currentVoters: voters.map(describe),
      observers: observers.map(describe),
    }
    return { topics: [{ topicName: METADATA_TOPIC, partitions: [partition] }] }
  }
}

type FetchAnswer = NonNullable<
  NonNullable<NonNullable<ResponseInput<typeof fetch>["responses"]>[number]["partitions"]>[number]
>

/**
 * A replica that has nothing yet is quicker with the snapshot, as is one that fell behind the start of the log. Where
 * its last epoch is older than the snapshot's, the log no longer tells where the two part: what the replica has beyond
 * may never have been committed (Kafka: RaftLog.validateOffsetAndEpoch).
 */
function needsSnapshot(
  { fetchOffset, lastFetchedEpoch }: { readonly fetchOffset: number; readonly lastFetchedEpoch: number },
  startOffset: number,
  { epoch }: SnapshotId,
): boolean {
  if (fetchOffset === 0 || fetchOffset < startOffset || lastFetchedEpoch < epoch) return true
  return fetchOffset === startOffset && lastFetchedEpoch !== epoch
}

function fencedBelow(epoch: number, known: number): ErrorCode {
  return epoch < known ? ErrorCode.FencedLeaderEpoch : ErrorCode.None
}

const QUORUM_KEYS: ReadonlySet<number> = new Set([
  vote.key,
  beginQuorumEpoch.key,
  endQuorumEpoch.key,
  describeQuorum.key,
  fetchSnapshot.key,
])

export function isQuorumRequest(apiKey: number): boolean {
  return QUORUM_KEYS.has(apiKey)
}

/** Fetch of the metadata log included. Undefined: this node's time is over. */
export async function answerQuorum(raft: Raft, apiKey: number, body: unknown): Promise<ResponseInput<Api> | undefined> {
  if (raft.role === "stopped") return undefined
  const requests = new QuorumRequests(raft)
  switch (apiKey) {
    case vote.key:
      return requests.vote(body as RequestOf<typeof vote>)
    case beginQuorumEpoch.key:
      return requests.beginQuorumEpoch(body as RequestOf<typeof beginQuorumEpoch>)
    case endQuorumEpoch.key:
      return requests.endQuorumEpoch(body as RequestOf<typeof endQuorumEpoch>)
    case describeQuorum.key:
      return requests.describeQuorum(body as RequestOf<typeof describeQuorum>)
    case fetchSnapshot.key:
      return requests.fetchSnapshot(body as RequestOf<typeof fetchSnapshot>)
    default:
      return requests.fetch(body as RequestOf<typeof fetch>)
  }
}
