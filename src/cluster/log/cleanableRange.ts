import type { LogConfig } from "./logConfig"
import type { Segment } from "./segment"

export interface CleanableRange {
  /** Where the last cleaning ended. */
  readonly firstDirtyOffset: number
  /** Not yet: the active segment, what is younger than min.compaction.lag.ms, what is not stable. */
  readonly firstUncleanableOffset: number
  readonly cleanBytes: number
  readonly cleanableBytes: number
  /** Cleanable bytes to clean and cleanable ones; cleaning begins above min.cleanable.dirty.ratio. */
  readonly dirtyRatio: number
  /** max.compaction.lag.ms has passed since the first dirty record. */
  readonly isOverdue: boolean
}

/** What of a log can be cleaned (Kafka: `LogCleanerManager.cleanableOffsets`, `LogToClean`). */
export function cleanableRange(options: {
  readonly segments: readonly Segment[]
  readonly config: LogConfig
  readonly nowMs: number
  readonly logStartOffset: number
  readonly lastStableOffset: number
  /** From `cleaner-offset-checkpoint`. */
  readonly checkpoint: number
}): CleanableRange {
  const { segments, config, nowMs, logStartOffset, lastStableOffset, checkpoint } = options
  const activeBase = segments.at(-1)?.baseOffset ?? logStartOffset
  const firstDirtyOffset = checkpoint < logStartOffset || checkpoint > activeBase ? logStartOffset : checkpoint
  const dirty = segments.slice(0, -1).filter((_, index) => (segments[index + 1]?.baseOffset ?? 0) > firstDirtyOffset)
  const tooYoung = dirty.find((segment) => segment.largestTimestamp > nowMs - config.minCompactionLagMs)
  const youngBase = config.minCompactionLagMs > 0 ? (tooYoung?.baseOffset ?? activeBase) : activeBase
  const firstUncleanableOffset = Math.max(firstDirtyOffset, Math.min(activeBase, lastStableOffset, youngBase))
  const bytesWithin = (from: number, to: number): number =>
    segments
      .filter(({ baseOffset }) => baseOffset >= from && baseOffset < to)
      .reduce((sum, segment) => sum + segment.size, 0)
  const cleanBytes = bytesWithin(0, firstDirtyOffset)
  const cleanableBytes = bytesWithin(firstDirtyOffset, firstUncleanableOffset)
  const first = dirty.map((segment) => segment.firstTimestamp() ?? -1).filter((timestamp) => timestamp > 0)
  const isOverdue = first.length > 0 && nowMs - Math.min(...first) > config.maxCompactionLagMs
  const total = cleanBytes + cleanableBytes
  const dirtyRatio = total === 0 ? 0 : cleanableBytes / total
  return { firstDirtyOffset, firstUncleanableOffset, cleanBytes, cleanableBytes, dirtyRatio, isOverdue }
}

/** Whether the cleaner takes the log up by itself. */
export function isWorthCleaning(range: CleanableRange, config: LogConfig): boolean {
  if (!config.isCompacting || range.cleanableBytes === 0) return false
  return range.isOverdue || range.dirtyRatio > config.minCleanableDirtyRatio
}
