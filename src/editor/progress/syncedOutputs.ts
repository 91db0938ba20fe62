import type { StoredCell, StoredLesson } from "./storedLesson"

/** What of the outputs travels with VS Code's settings sync, by the name of the lesson's file. */
export type SyncedOutputs = Readonly<Record<string, SyncedLesson>>

interface SyncedLesson {
  readonly atMs: number
  readonly cells: StoredLesson
}

/** Of one cell: a few lines, a table, a check's verdict; a picture or a long text is shown again by running the cell. */
const CELL_CHARACTERS = 8_000

/**
 * Of all lessons: VS Code keeps an extension's synced state in memory and sends it as a whole with each change, and its
 * sync server takes a megabyte from all extensions together.
 */
const ALL_CHARACTERS = 200_000

/** With what a lesson shows now; where there is too much, the lessons that ran longest ago are left out. */
export function withLesson(synced: SyncedOutputs, lessonId: string, cells: StoredLesson, atMs: number): SyncedOutputs {
  const small = Object.entries(cells).filter(([, cell]) => JSON.stringify(cell).length <= CELL_CHARACTERS)
  const { [lessonId]: _, ...others } = synced
  const all = small.length === 0 ? others : { ...others, [lessonId]: { atMs, cells: Object.fromEntries(small) } }
  let room = ALL_CHARACTERS
  const kept = Object.entries(all)
    .sort(([, left], [, right]) => right.atMs - left.atMs)
    .filter(([, lesson]) => {
      room -= JSON.stringify(lesson).length
      return room >= 0
    })
  return Object.fromEntries(kept)
}

/** What a lesson's cells showed last, on this machine or another: of each cell, the later run. */
export function latestOf(here: StoredLesson, synced: SyncedLesson | undefined): StoredLesson {
  const elsewhere = Object.entries(synced?.cells ?? {}).filter(([name, cell]) => endOf(cell) > endOf(here[name]))
  return { ...here, ...Object.fromEntries(elsewhere) }
}

function endOf(cell: StoredCell | undefined): number {
  return cell?.timing?.endTime ?? 0
}
