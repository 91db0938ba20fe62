/** Names of a log's files on disk (Kafka: `LogFileUtils`). */

const OFFSET_DIGITS = 20

export type SegmentSuffix = ".log" | ".index" | ".timeindex" | ".txnindex" | ".snapshot"

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
