import type { OffsetContent, PartitionSnapshot } from "../contract/snapshot"

/** One offset of a log, or several in a row that compaction has emptied. */
export interface OffsetCell {
  readonly first: number
  readonly last: number
  /** undefined: nobody tells. */
  readonly content: OffsetContent | undefined
}

/** At most `count` cells up to the log end: as far as it is known what stands there, else just the offsets. */
export function newestCells(log: PartitionSnapshot, end: number, count: number): OffsetCell[] {
  const known = knownCells(log, end)
  return (known ?? eachOffset(Math.max(log.logStart, end - count), end, undefined)).slice(-count)
}

/** Every offset from the log start on; undefined where it is not known what stands at some of them. */
export function allCells(log: PartitionSnapshot, end: number): OffsetCell[] | undefined {
  const known = knownCells(log, end)
  return log.logStart === (known?.[0]?.first ?? end) ? known : undefined
}

/** The offsets that hold `content`, as "3" and "5–8"; none where nobody tells. */
export function offsetsOf(log: PartitionSnapshot, end: number, content: OffsetContent): string[] {
  return runsOf(log, end).flatMap((run) => (run.content === content ? [rangeOf(run)] : []))
}

/** "3", or "5–8". */
export function rangeOf({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? String(first) : `${first}–${last}`
}

function knownCells(log: PartitionSnapshot, end: number): OffsetCell[] | undefined {
  if (!log.newest) return undefined
  return runsOf(log, end).flatMap((run) =>
    run.content === "compacted" ? [run] : eachOffset(run.first, run.last + 1, run.content),
  )
}

function runsOf(log: PartitionSnapshot, end: number): OffsetCell[] {
  const runs = Object.entries(log.newest ?? {})
    .map(([first, content]) => ({ first: Number(first), content }))
    .sort((left, right) => left.first - right.first)
  return runs.map(({ first, content }, index) => ({ first, last: (runs[index + 1]?.first ?? end) - 1, content }))
}

function eachOffset(first: number, end: number, content: OffsetContent | undefined): OffsetCell[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => {
    const offset = first + index
    return { first: offset, last: offset, content }
  })
}
