import { Segment } from "./segment"
import { DELETED_SUFFIX, type LogPlace, offsetsOf, SEGMENT_SUFFIXES, segmentFileName } from "./segmentFiles"

/**
 * Puts a cleaned segment in the place of those that it was made from, so that a crash leaves either (Kafka:
 * `LocalLog.replaceSegments`): `.cleaned` files are nothing yet, `.swap` files count and the old ones go.
 */
export function swapIn(place: LogPlace, old: readonly Segment[], cleaned: Segment, nowMs: number): Segment {
  const { baseOffset } = cleaned
  cleaned.release()
  renameFiles(place, baseOffset, ".cleaned", ".swap")
  for (const segment of old) segment.markDeleted()
  renameFiles(place, baseOffset, ".swap", "")
  const swapped = new Segment(place, baseOffset, nowMs)
  swapped.loadIndexes()
  swapped.markClosed()
  return swapped
}

function renameFiles(place: LogPlace, baseOffset: number, from: ".cleaned" | ".swap", to: ".swap" | ""): void {
  const { disk, folder, latch } = place
  for (const suffix of SEGMENT_SUFFIXES) {
    const path = `${folder}/${segmentFileName(baseOffset, suffix)}`
    if (disk.exists(path + from)) latch.check(disk.rename(path + from, path + to))
  }
}

/** Completes or undoes what a crash interrupted, and removes what still waited for that (Kafka: `LogLoader`). */
export function finishSwaps(place: LogPlace): void {
  const { disk, folder, latch } = place
  const names = latch.take(disk.list(folder)) ?? []
  const named = (ending: string): string[] => names.filter((name) => name.endsWith(ending))
  for (const name of [...named(".cleaned"), ...named(DELETED_SUFFIX)]) latch.check(disk.remove(`${folder}/${name}`))
  const swaps = offsetsOf(
    named(".log.swap").map((name) => name.slice(0, -".swap".length)),
    ".log",
  )
  for (const baseOffset of swaps) {
    const end = endOfSwap(place, baseOffset)
    const replaced = offsetsOf(names, ".log").filter(
      (base) => base >= baseOffset && base < Math.max(end, baseOffset + 1),
    )
    for (const base of replaced) {
      for (const suffix of SEGMENT_SUFFIXES) latch.check(disk.remove(`${folder}/${segmentFileName(base, suffix)}`))
    }
    renameFiles(place, baseOffset, ".swap", "")
  }
  // Indexes without their log: the crash came before the swap counted.
  for (const name of latch.take(disk.list(folder)) ?? []) {
    if (name.endsWith(".swap")) latch.check(disk.remove(`${folder}/${name}`))
  }
}

function endOfSwap(place: LogPlace, baseOffset: number): number {
  return new Segment(place, baseOffset, 0, ".swap").endOffset()
}
