import type { PartitionLog } from "../../log/partitionLog"

/** Whoever waits for a replica to change. Called synchronously, after the change. */
export interface ReplicaWatcher {
  /** The log end moved. */
  onAppended(): void
  /** What consumers may read moved, or the log start. */
  onCommitted(): void
  /** Leadership moved, or the replica is gone: what was asked of it has another answer now. */
  onLost(): void
}

/** A log, how much of it is committed, and who waits for it. */
export class Replica {
  readonly log: PartitionLog
  readonly watchers = new Set<ReplicaWatcher>()
  #highWatermark: number

  constructor(log: PartitionLog, checkpointedHighWatermark: number) {
    this.log = log
    this.#highWatermark = Math.min(Math.max(checkpointedHighWatermark, log.logStartOffset), log.logEndOffset)
  }

  get highWatermark(): number {
    return this.#highWatermark
  }

  /** Nothing of an open transaction is below it. */
  get lastStableOffset(): number {
    return Math.min(this.log.firstUnstableOffset(this.#highWatermark) ?? this.#highWatermark, this.#highWatermark)
  }

  /** Within one leader epoch a leader's high watermark never falls; a follower takes over what its leader says. */
  setHighWatermark(offset: number): boolean {
    const bounded = Math.min(Math.max(offset, this.log.logStartOffset), this.log.logEndOffset)
    if (bounded === this.#highWatermark) return false
    this.#highWatermark = bounded
    for (const watcher of [...this.watchers]) watcher.onCommitted()
    return true
  }

  /** The log was cut: what is gone was never committed, or its loss was allowed. */
  boundHighWatermark(): void {
    this.#highWatermark = Math.min(this.#highWatermark, this.log.logEndOffset)
  }

  noteAppended(): void {
    for (const watcher of [...this.watchers]) watcher.onAppended()
  }

  noteCommitted(): void {
    for (const watcher of [...this.watchers]) watcher.onCommitted()
  }

  noteLost(): void {
    for (const watcher of [...this.watchers]) watcher.onLost()
  }
}
