import type { ProgressStore } from "./lessonProgress"
import type { OutputStore } from "./outputStore"
import type { StoredCell } from "./storedLesson"

/** Everything that is kept of a reader's work beside the code, as JSON that a person can read. */
export async function exportProgress(progress: ProgressStore, outputs: OutputStore): Promise<string> {
  const lessons = Object.entries(await outputs.readAll()).map(([lesson, cells]) => {
    const readable = Object.entries(cells).map(([name, cell]) => [name, readableCell(cell)] as const)
    return [lesson, Object.fromEntries(readable)] as const
  })
  return `${JSON.stringify({ progress: progress.all(), outputs: Object.fromEntries(lessons) }, null, 2)}\n`
}

function readableCell({ outputs, ...run }: StoredCell) {
  return { ...run, outputs: outputs.map((items) => items.map(readableItem)) }
}

function readableItem({ mime, data }: StoredCell["outputs"][number][number]) {
  try {
    return { mime, text: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(data, "base64")) }
  } catch {
    // A picture.
    return { mime, base64: data }
  }
}
