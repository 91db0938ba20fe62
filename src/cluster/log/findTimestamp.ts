import * as batch from "../../protocol/recordBatch"
import { type DecodedRecord, decodeRecords } from "../../protocol/records"
import type { TimestampedOffset } from "./logInterface"
import type { BatchPosition, Segment } from "./segment"

/** The first record at or after a time, from the log start on (ListOffsets with a timestamp; Kafka: `findOffsetByTimestamp`). */
export function findTimestamp(
  segments: readonly Segment[],
  timestampMs: number,
  logStartOffset: number,
): TimestampedOffset | undefined {
  for (const segment of segments) {
    if (segment.largestTimestamp < timestampMs) continue
    const floor = segment.timeIndex.floor(timestampMs)
    const from = segment.offsetIndex.positionBefore(Math.max(floor?.offset ?? 0, logStartOffset))
    for (const found of segment.batches(from)) {
      if (batch.maxTimestamp(found.bytes, found.at) < timestampMs) continue
      if (batch.lastOffset(found.bytes, found.at) < logStartOffset) continue
      const record = recordsOf(found).find((each) => each.timestamp >= timestampMs && each.offset >= logStartOffset)
      if (record) return answer(found, record)
    }
  }
  return undefined
}

/** The first record with the largest timestamp of the log (ListOffsets -3, KIP-734). */
export function findMaxTimestamp(segments: readonly Segment[], logStartOffset: number): TimestampedOffset | undefined {
  let newest: Segment | undefined
  for (const segment of segments) {
    if (segment.size > 0 && (!newest || segment.largestTimestamp > newest.largestTimestamp)) newest = segment
  }
  if (!newest) return undefined
  const largest = newest.largestTimestamp
  for (const found of newest.batches(newest.positionOf(newest.offsetOfLargestTimestamp))) {
    const record = recordsOf(found).find((each) => each.timestamp === largest && each.offset >= logStartOffset)
    if (record) return answer(found, record)
  }
  return undefined
}

function recordsOf(found: BatchPosition): readonly DecodedRecord[] {
  return decodeRecords(found.bytes.subarray(found.at))
}

function answer(found: BatchPosition, record: DecodedRecord): TimestampedOffset {
  const leaderEpoch = batch.partitionLeaderEpoch(found.bytes, found.at)
  return { timestamp: record.timestamp, offset: record.offset, leaderEpoch }
}
