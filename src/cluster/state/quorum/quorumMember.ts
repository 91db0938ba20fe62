import type { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"
import type { Links } from "../../links"
import type { Random } from "../../random"
import type { MetadataLog } from "./metadataLog"
import type { QuorumStateFile } from "./quorumStateFile"
import type { SnapshotId } from "./snapshotFiles"

/** Kafka: controller.quorum.*; milliseconds. */
export interface QuorumTimeouts {
  readonly electionTimeoutMs: number
  readonly fetchTimeoutMs: number
  readonly electionBackoffMaxMs: number
  readonly requestTimeoutMs: number
  readonly retryBackoffMs: number
}

export interface RaftListener {
  /** Whole batches below the high watermark, in order, each once. */
  onCommitted(batches: Buffer): void
  /** The log begins behind this snapshot: forget everything and start from it. */
  onSnapshot(bytes: Buffer, id: SnapshotId): void
  /** This node leads, and all that was appended before its epoch is committed and handed over. */
  onLeader(epoch: number): void
  onResigned(): void
  /** Another leader or epoch is known; -1: none. */
  onLeaderChange(leaderId: number, epoch: number): void
}

export interface RaftSetup {
  readonly id: number
  readonly clusterId: string
  readonly voters: readonly number[]
  readonly log: MetadataLog
  readonly stateFile: QuorumStateFile
  readonly links: Links
  readonly clock: Clock
  readonly random: Random
  readonly timeouts: QuorumTimeouts
  readonly listener: RaftListener
}

export type RaftRole = "unattached" | "follower" | "prospective" | "candidate" | "leader" | "stopped"

/** What elections, the leader's bookkeeping and the fetch loop see of the replica that they belong to. */
export interface QuorumMember {
  readonly setup: RaftSetup
  readonly isVoter: boolean
  readonly role: RaftRole
  readonly epoch: number
  /** -1: unknown. */
  readonly leaderId: number
  readonly highWatermark: number
  /** Rises with every change of role, leader or epoch: what began before it is void. */
  readonly turn: number
  readonly hasFetchedFromLeader: boolean
  becomeUnattached(epoch: number, timeoutMs?: number): void
  becomeFollower(leaderId: number, epoch: number): void
  becomeCandidate(): void
  becomeLeader(grantingVoters: readonly number[]): void
  noteLeaderAnswered(): void
  advanceHighWatermark(offset: number): void
  adoptSnapshot(bytes: Buffer, id: SnapshotId): void
  checkEpoch(epoch: number): ErrorCode
}
