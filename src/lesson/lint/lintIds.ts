import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"
import { parseRecordingNames, recordingsOf } from "../recordingNames"
import type { LintSurroundings } from "./lintSurroundings"

/** Ids are unique; what a block names by `for=`, `record=`, `compare=` or as a diagram exists. */
export function lintIds(lesson: Lesson, { liveKinds }: LintSurroundings): Problem[] {
  const problems: Problem[] = []
  const seen = new Map<string, number>()
  const records = new Set<string>()
  for (const cell of lesson.cells) {
    if (cell.kind !== "code") continue
    for (const [, id] of cell.text.matchAll(/\bsequence\.record\(\s*"([^"]+)"/g)) if (id !== undefined) records.add(id)
  }
  for (const { kind, line, text, attributes, words } of taggedBlocks(lesson)) {
    const { id } = attributes
    if (id !== undefined) {
      const first = seen.get(id)
      if (first === undefined) seen.set(id, line)
      else problems.push(problemAt(line, "lint.id.taken", { id, line: first }))
      if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(id)) problems.push(problemAt(line, "lint.id.letters", { id }))
    }
    if (kind === "sequence") {
      const { names, problems: unnamed } = parseRecordingNames(text, line + 1)
      problems.push(...unnamed)
      for (const record of recordingsOf(attributes)) {
        if (!records.has(record)) problems.push(problemAt(line, "lint.recording.missing", { id: record }))
        if (attributes.compare !== undefined && unnamed.length === 0 && !(record in names)) {
          problems.push(problemAt(line, "lint.recording.reader", { id: record }))
        }
      }
    }
    const diagram = words[0]
    if (kind === "live" && diagram !== undefined && liveKinds !== undefined && !liveKinds.includes(diagram)) {
      problems.push(problemAt(line, "lint.diagram", { kind: diagram, kinds: liveKinds.join(", ") }))
    }
  }
  return problems
}

interface TaggedBlock {
  readonly kind: string
  readonly line: number
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  readonly words: readonly string[]
}

function taggedBlocks(lesson: Lesson): TaggedBlock[] {
  return lesson.cells.flatMap((cell): TaggedBlock[] => {
    if (cell.kind === "code") return [{ kind: cell.block, line: cell.line, text: cell.text, ...cell.info }]
    return cell.blocks
      .filter((block) => block.kind !== "sample")
      .map((block) => ({ kind: block.kind, line: block.line, text: block.text, ...block.info }))
  })
}
