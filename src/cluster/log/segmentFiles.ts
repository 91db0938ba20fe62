import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"

/** Names of a log's files on disk (Kafka: `LogFileUtils`). */

const OFFSET_DIGITS = 20

/** Of one segment; the log last, as it is what counts. */
export const SEGMENT_SUFFIXES = [".index", ".timeindex", ".txnindex", ".log"] as const

/** What is not needed any more and will be removed (Kafka: `LogFileUtils.DELETED_FILE_SUFFIX`). */
export const DELETED_SUFFIX = ".deleted"

export type SegmentSuffix = (typeof SEGMENT_SUFFIXES)[number] | ".snapshot"

/** Where a log's files are, and who hears of it when the disk refuses. */
export interface LogPlace {
  readonly disk: Disk
  /** The partition's own. */
  readonly folder: string
  readonly latch: FailureLatch
}

export function segmentFileName(baseOffset: number, suffix: SegmentSuffix): string {
  return String(baseOffset).padStart(OFFSET_DIGITS, "0") + suffix
}

/** The offsets of the files with a suffix, ascending. */
export function offsetsOf(names: readonly string[], suffix: SegmentSuffix): number[] {
  const offsets: number[] = []
  for (const name of names) {
    if (name.length !== OFFSET_DIGITS + suffix.length || !name.endsWith(suffix)) continue
    const offset = Number(name.slice(0, OFFSET_DIGITS))
    if (Number.isSafeInteger(offset)) offsets.push(offset)
  }
  return offsets.sort((left, right) => left - right)
}
