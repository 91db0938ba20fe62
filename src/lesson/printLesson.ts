import { blockKindOf, parseInfo } from "./infoString"
import type { Cell, CellLanguage, Fence, Lesson } from "./lesson"
import { isBlank, splitLines, withPlainLineEnds } from "./lines"
import { headOf, parseLesson } from "./parseLesson"
import { scanFences } from "./scanFences"

/** The file of a lesson, exactly as it was parsed. */
export function printLesson(lesson: Lesson): string {
  return lesson.head + lesson.cells.map((cell) => cell.before + cell.raw).join("") + lesson.tail
}

/**
 * A cell as an editor hands it back. `source` is what the cell was when the file was parsed (plain data, so that it can
 * live in a notebook cell's metadata); undefined for a new one.
 */
export interface EditedCell {
  readonly language: CellLanguage
  readonly text: string
  readonly source?: CellSource
  /** The info string of a new code cell, such as `ts check id=full-isr`; default `ts run` or `sh run`. */
  readonly info?: string
}

export interface CellSource {
  readonly index: number
  readonly before: string
  readonly raw: string
  readonly text: string
  readonly language: CellLanguage
  readonly fence?: Fence
}

/** What a notebook keeps of a lesson besides its cells. */
export type LessonFrame = Pick<Lesson, "head" | "tail" | "eol">

/** What must be kept of a cell so that printing it unchanged gives the same characters. */
export function cellSource(cell: Cell): CellSource {
  const { index, before, raw, text, language } = cell
  return { index, before, raw, text, language, ...(cell.kind === "code" && { fence: cell.fence }) }
}

/** The lesson with these cells: only what was changed is printed anew. */
export function replaceCells(lesson: Lesson, cells: readonly EditedCell[]): Lesson {
  return parseLesson(printCells(lesson, cells))
}

/**
 * The file of an edited lesson. An unchanged cell keeps its characters, two neighbours that were neighbours keep what
 * was between them; everything else gets a clean fence, one blank line around it, and no ids.
 */
export function printCells(frame: LessonFrame, cells: readonly EditedCell[]): string {
  const printed = cells.filter((cell) => cell.language !== "markdown" || !isBlankText(cell.text))
  let text = frame.head
  let previous: PrintedCell | undefined
  for (const [position, cell] of printed.entries()) {
    const place = { frame, previous, isLast: position === printed.length - 1 }
    const { gap, body } = printInPlace(cell, place)
    text += gap + body
    previous = continueRun(previous, cell, gap, body)
  }
  const endsNew = previous !== undefined && previous.cell.source === undefined
  return withoutNewHead(frame, text + (frame.tail === "" && endsNew ? frame.eol : frame.tail))
}

/** A rule that stood first becomes front matter when an edit puts another rule anywhere below it. */
function withoutNewHead(frame: LessonFrame, text: string): string {
  if (!/^\uFEFF?---/.test(text) || headOf(text) === frame.head) return text
  return frame.head + frame.eol + text.slice(frame.head.length)
}

interface PrintedCell {
  readonly cell: EditedCell
  /** Markdown together with the markdown cells right before it: a list of theirs changes what its fences mean. */
  readonly body: string
  /** All of `body` stands as it was parsed. */
  readonly isOriginal: boolean
}

function continueRun(previous: PrintedCell | undefined, cell: EditedCell, gap: string, body: string): PrintedCell {
  const isOriginal = isUnchanged(cell)
  if (cell.language !== "markdown" || previous?.cell.language !== "markdown") return { cell, body, isOriginal }
  return {
    cell,
    body: previous.body + gap + body,
    isOriginal: isOriginal && previous.isOriginal && gap === cell.source?.before,
  }
}

interface Place {
  readonly frame: LessonFrame
  readonly previous: PrintedCell | undefined
  readonly isLast: boolean
}

function printInPlace(cell: EditedCell, place: Place): { gap: string; body: string } {
  const { frame, previous } = place
  const body = printCell(cell, place)
  const wasNext = cell.source !== undefined && cell.source.index === (previous?.cell.source?.index ?? -1) + 1
  const isNext = wasNext && (previous === undefined || previous.cell.source !== undefined)
  const original = isNext ? cell.source?.before : undefined
  const blankLine = frame.eol + frame.eol
  if (previous === undefined) return { gap: original ?? printFirstGap(frame, body), body }
  if (original !== undefined && previous.isOriginal) return { gap: original, body }
  // Code always closes itself; markdown that was edited may end inside of something that would swallow the next cell.
  if (previous.cell.language !== "markdown") return { gap: original ?? blankLine, body }
  const bodies = cell.language === "markdown" ? [body] : [body, printCell(cell, place, "")]
  const gaps = original === undefined ? [blankLine] : [original, blankLine]
  for (const form of bodies) {
    for (const closer of closersOf(previous.body, frame.eol)) {
      const gap = gaps.find((candidate) => staysApart(previous.body, closer + candidate, form))
      if (gap !== undefined) return { gap: closer + gap, body: form }
    }
  }
  return { gap: blankLine, body }
}

function printFirstGap(frame: LessonFrame, body: string): string {
  if (frame.head !== "" && frame.head !== "\uFEFF") return frame.eol + frame.eol
  // A rule as the first line would be read as front matter.
  return /^---[ \t]*(\r|\n|$)/.test(body) ? frame.eol : ""
}

/** Whether markdown, a gap and the next cell are read as these two: the cell (or a probe) opens a fence of its own. */
function staysApart(prose: string, gap: string, next: string): boolean {
  const isFence = /^ {0,3}(`{3}|~{3})/.test(next)
  const start = splitLines(`${prose}${gap}x`).length - 1
  const lines = splitLines(`${prose}${gap}${isFence ? next : "```\n```"}`)
  return scanFences(lines).some((span) => span.topLevel && span.start === start)
}

/** What could close markdown that swallows the next cell: nothing, a fence, a comment, an HTML block. */
function closersOf(text: string, eol: string): string[] {
  const open = scanFences(splitLines(text)).find((span) => span.topLevel && span.fence.closing === undefined)
  const fence = open === undefined ? [] : [open.fence.indent + open.fence.marker]
  const html = ["-->", "?>", "]]>", ">", "</script>", "</style>", "</pre>", "</textarea>"]
  return ["", ...[...fence, ...html].map((closer) => eol + closer)]
}

function isUnchanged(cell: EditedCell): boolean {
  const { source } = cell
  return source !== undefined && source.language === cell.language && source.text === withPlainLineEnds(cell.text)
}

function isBlankText(text: string): boolean {
  return splitLines(text).every((line) => isBlank(line.text))
}

function printCell(cell: EditedCell, place: Place, indentation?: string): string {
  const { source } = cell
  const eol = place.frame.eol
  // A fence that the end of the file closes stays so only at the end of the file.
  const closes = source?.language === "markdown" || source?.fence?.closing !== undefined || place.isLast
  if (source !== undefined && isUnchanged(cell) && closes && indentation === undefined) return source.raw
  const lines = withPlainLineEnds(cell.text).split("\n")
  if (cell.language === "markdown") return lines.join(eol)
  const kept = source?.language === cell.language ? source.fence : undefined
  const indent = indentation ?? kept?.indent ?? ""
  const info = kept?.info ?? cell.info ?? (cell.language === "shellscript" ? "sh run" : "ts run")
  const marker = longEnough(kept?.marker ?? "```", lines)
  const content = cell.text === "" ? [] : lines.map((line) => (line === "" ? line : indent + line))
  const keepsClosing = kept?.closing !== undefined && marker === kept.marker && indentation === undefined
  return [indent + marker + info, ...content, keepsClosing ? kept.closing : indent + marker].join(eol)
}

/** A fence must be longer than any run of its own character that starts a line of the content. */
function longEnough(marker: string, lines: readonly string[]): string {
  const character = marker.startsWith("~") ? "~" : "`"
  let length = marker.length
  for (const line of lines) {
    const run = /^\s*(`{3,}|~{3,})\s*$/.exec(line)?.[1]
    if (run?.[0] === character) length = Math.max(length, run.length + 1)
  }
  return character.repeat(length)
}

/** Whether an info string would make its fence a cell of its own. */
export function isCellInfo(info: string): boolean {
  const kind = blockKindOf(parseInfo(info))
  return kind === "run" || kind === "shell" || kind === "check" || kind === "exercise"
}
