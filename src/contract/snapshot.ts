/**
 * What a cluster looks like at one revision. Plain JSON; maps are keyed by id so that a merge patch stays small.
 * What a source cannot know is absent, and its path is named in `unknown`: an absent number is never a zero.
 */
export interface ClusterSnapshot {
  readonly revision: number
  readonly atMs: number
  readonly source: "embedded" | "connected"
  readonly clusterId: string
  readonly unknown: readonly string[]
  readonly nodes: Readonly<Record<string, NodeSnapshot>>
  /** Only the links that are not in order, keyed "1-2" with the smaller id first, or "clients-2". */
  readonly links: Readonly<Record<string, "cut" | number>>
  readonly quorum?: QuorumSnapshot
  readonly topics: Readonly<Record<string, TopicSnapshot>>
  readonly groups: Readonly<Record<string, GroupSnapshot>>
  readonly transactions: Readonly<Record<string, TransactionSnapshot>>
  readonly clients: Readonly<Record<string, ClientSnapshot>>
}

export type NodeRole = "broker" | "controller"
export type NodeState = "running" | "paused" | "stopped" | "dead" | "fenced"

export interface NodeSnapshot {
  readonly roles: readonly NodeRole[]
  readonly host: string
  readonly port: number
  readonly rack?: string
  readonly state: NodeState
  readonly epoch: number
}

export interface QuorumSnapshot {
  readonly leaderId: number
  readonly epoch: number
  readonly highWatermark: number
  readonly voters: Readonly<Record<string, { readonly logEnd: number; readonly lastCaughtUpMs: number }>>
}

export interface TopicSnapshot {
  readonly id: string
  readonly internal: boolean
  /** Only what was set on the topic itself; defaults are left out. */
  readonly configs: Readonly<Record<string, string>>
  readonly partitions: Readonly<Record<string, PartitionSnapshot>>
  /** In a summary, which leaves the partitions out. */
  readonly partitionCount?: number
}

export interface PartitionSnapshot {
  /** -1 while the partition has no leader. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly elr: readonly number[]
  readonly logStart: number
  readonly highWatermark: number
  readonly lastStable: number
  /** Log end offset per broker id. */
  readonly logEnd: Readonly<Record<string, number>>
  /**
   * What stands at the newest offsets, as runs: each begins at its key and goes up to the next one, the last up to the
   * log end. Nothing is told of what lies before the first run.
   */
  readonly newest?: Readonly<Record<string, OffsetContent>>
  readonly bytes: number
  readonly segments: readonly SegmentSnapshot[]
  /** Producers that wait for their acknowledgement. */
  readonly waiting: readonly WaitingProduce[]
}

/**
 * `noValue` is a record whose value is null; in a compacted topic it deletes its key. `open` and `aborted` are records of a
 * transaction that has not ended, or that was aborted; a marker is the control record that ends one; what compaction
 * removed leaves its offset behind.
 */
export type OffsetContent = "record" | "noValue" | "open" | "aborted" | "commitMarker" | "abortMarker" | "compacted"

export interface SegmentSnapshot {
  readonly base: number
  readonly bytes: number
  readonly closed: boolean
}

export interface WaitingProduce {
  readonly acks: number
  readonly requiredOffset: number
  readonly sinceMs: number
}

export interface GroupSnapshot {
  readonly protocol: "classic" | "consumer" | "share"
  readonly state: string
  readonly epoch: number
  readonly assignor: string
  readonly members: Readonly<Record<string, MemberSnapshot>>
  /** In a summary, which leaves the members out. */
  readonly memberCount?: number
  /** Keyed "topic-partition". */
  readonly offsets: Readonly<Record<string, CommittedOffset>>
}

export interface MemberSnapshot {
  readonly clientId: string
  readonly instanceId?: string
  readonly host: string
  readonly epoch: number
  /** "topic-partition" names. */
  readonly owned: readonly string[]
  readonly target: readonly string[]
}

export interface CommittedOffset {
  readonly committed: number
  readonly metadata: string
  readonly lag: number
}

export interface TransactionSnapshot {
  readonly state: string
  readonly producerId: number
  readonly epoch: number
  readonly partitions: readonly string[]
  /** Once it has ended: where its markers stand. A coordinator that was elected since does not know. */
  readonly marked?: readonly string[]
  readonly startedMs: number
}

export interface ClientSnapshot {
  readonly clientId: string
  readonly host: string
  /** The broker that this connection reached. */
  readonly broker: number
  readonly connectedMs: number
  readonly software?: string
}
