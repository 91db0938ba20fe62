import type { ErrorCode } from "../../../protocol/errorCodes"
import type { AbortedTransaction, AppendOptions, PartitionLog } from "../../log/partitionLog"

export interface LeaderAppend {
  readonly acks: number
  readonly timeoutMs: number
  readonly origin: AppendOptions["origin"]
}

/** `errorCode` may come after the append: NOT_ENOUGH_REPLICAS_AFTER_APPEND (20), REQUEST_TIMED_OUT (7). */
export interface AppendOutcome {
  readonly errorCode: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
  readonly errorMessage?: string
  readonly recordErrors?: readonly { readonly batchIndex: number; readonly message: string }[]
}

export interface PartitionRead {
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  readonly records: Buffer
  /** Only for read_committed. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null
}

/** One replica on this broker: its log, and as leader what it knows of the others. */
export declare class Partition {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly log: PartitionLog
  readonly isLeader: boolean
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly isr: readonly number[]
  readonly replicas: readonly number[]
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  /** Appends synchronously; resolves when `acks` is satisfied. With acks 0 or 1 resolves at once (or after a flush). */
  appendAsLeader(batches: Buffer, append: LeaderAppend): Promise<AppendOutcome>
  /** NotLeaderOrFollower, FencedLeaderEpoch, UnknownLeaderEpoch or None. `currentLeaderEpoch` -1: not checked. */
  checkLeader(currentLeaderEpoch: number): ErrorCode
  /** What a consumer may read from `offset` on: up to the high watermark, or the last stable offset. */
  read(offset: number, maxBytes: number, isolation: "read_uncommitted" | "read_committed"): PartitionRead
  /** DeleteRecords: -1 stands for the high watermark. Resolves when every live replica has followed. */
  deleteRecords(offset: number, timeoutMs: number): Promise<{ errorCode: number; lowWatermark: number }>
  /** Per replica id, for the snapshot; -1 where unknown. */
  readonly replicaLogEnds: ReadonlyMap<number, number>
  readonly waiting: readonly { readonly acks: number; readonly requiredOffset: number; readonly sinceMs: number }[]
}
