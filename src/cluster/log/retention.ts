import type { LogConfig } from "./logConfig"
import type { Segment } from "./segment"

/**
 * How many segments from the start may go (Kafka: `UnifiedLog.deleteOldSegments`): too old, too much, or below the log
 * start. Nothing above the high watermark goes; the active segment only when all in it is too old.
 */
export function deletableSegments(options: {
  readonly segments: readonly Segment[]
  readonly config: LogConfig
  readonly nowMs: number
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly highWatermark: number
}): number {
  const { segments, config, nowMs, logStartOffset, logEndOffset, highWatermark } = options
  let excessBytes = segments.reduce((sum, segment) => sum + segment.size, 0) - config.retentionBytes
  const byTime = config.isDeleting && config.retentionMs >= 0
  const bySize = config.isDeleting && config.retentionBytes >= 0
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]?.baseOffset
    const isEmptyActive = next === undefined && segment.size === 0
    if (isEmptyActive || highWatermark < (next ?? logEndOffset)) return index
    const isBelowStart = next !== undefined && next <= logStartOffset
    const isTooOld = byTime && nowMs - segment.largestTimestamp > config.retentionMs
    const isTooMuch = bySize && excessBytes >= segment.size
    if (!isBelowStart && !isTooOld && !isTooMuch) return index
    excessBytes -= segment.size
  }
  return segments.length
}
