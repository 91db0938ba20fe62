import { blockKindOf, infoProblems, parseInfo } from "./infoString"
import type { Block, BlockKind, Cell, CodeBlockKind, Fence, FrontMatter, Lesson, ProseBlockKind } from "./lesson"
import { commonLineEnd, isBlank, joinExact, joinShown, type Line, splitLines } from "./lines"
import { parseFrontMatter } from "./parseFrontMatter"
import { type Problem, problemAt } from "./problem"
import { parseHints, parseQuestion } from "./question"
import { type FenceSpan, scanFences } from "./scanFences"

/**
 * Reads a lesson. Never throws: whatever the text is, printing the result gives it back exactly, and what could not
 * be understood stands in `problems` with its line.
 */
export function parseLesson(text: string): Lesson {
  const byteOrderMark = text.startsWith("\uFEFF") ? "\uFEFF" : ""
  const lines = splitLines(text.slice(byteOrderMark.length))
  const head = readHead(lines)
  const body = lines.slice(head.lineCount)
  const problems = [...head.problems]
  const cells: Cell[] = []
  let before = head.lineCount === 0 ? "" : (lines[head.lineCount - 1]?.end ?? "")
  for (const piece of cut(body)) {
    const trimmed = trimBlankLines(piece)
    if (trimmed === undefined) {
      before += joinExact(piece.lines)
      continue
    }
    before += trimmed.leading
    const exact = joinExact(trimmed.lines)
    const lastEnd = trimmed.lines.at(-1)?.end ?? ""
    const position = {
      index: cells.length,
      before,
      raw: exact.slice(0, exact.length - lastEnd.length),
      line: head.lineCount + trimmed.start + 1,
      endLine: head.lineCount + trimmed.start + trimmed.lines.length,
    }
    cells.push(readCell(piece, trimmed.lines, position, problems))
    before = lastEnd + trimmed.trailing
  }
  return {
    head: byteOrderMark + head.raw,
    frontMatter: head.frontMatter,
    cells,
    tail: before,
    eol: commonLineEnd(text),
    problems: problems.sort((left, right) => left.line - right.line),
  }
}

/** A lesson's front matter with the rules around it, exactly as it stands in the text. */
export function headOf(text: string): string {
  const byteOrderMark = text.startsWith("\uFEFF") ? "\uFEFF" : ""
  const lines = splitLines(text.slice(byteOrderMark.length))
  return byteOrderMark + rawHead(lines, closingRule(lines))
}

/** A run of lines that is one runnable fence, or the prose between two. */
interface Piece {
  readonly start: number
  readonly lines: readonly Line[]
  readonly code: { readonly kind: CodeBlockKind; readonly fence: Fence } | undefined
  /** Fences of a prose piece, by lines from 0 of the piece. */
  readonly fences: readonly FenceSpan[]
}

function readHead(lines: readonly Line[]): {
  raw: string
  lineCount: number
  frontMatter: FrontMatter
  problems: Problem[]
} {
  const empty = { raw: "", lineCount: 0, frontMatter: { requires: [], cluster: { configs: {} } } }
  if (!isDelimiter(lines[0])) return { ...empty, problems: [] }
  const close = closingRule(lines)
  if (close === -1) {
    return { ...empty, problems: [problemAt(1, "lint.frontMatter.open")] }
  }
  const { frontMatter, problems } = parseFrontMatter(joinShown(lines.slice(1, close)), 2)
  return { raw: rawHead(lines, close), lineCount: close + 1, frontMatter, problems }
}

/** The line that closes front matter; -1 where there is none. */
function closingRule(lines: readonly Line[]): number {
  if (!isDelimiter(lines[0])) return -1
  return lines.findIndex((line, index) => index > 0 && isDelimiter(line))
}

function rawHead(lines: readonly Line[], close: number): string {
  if (close === -1) return ""
  const exact = joinExact(lines.slice(0, close + 1))
  const end = lines[close]?.end ?? ""
  return exact.slice(0, exact.length - end.length)
}

function isDelimiter(line: Line | undefined): boolean {
  return line !== undefined && /^---[ \t]*$/.test(line.text)
}

function cut(lines: readonly Line[]): Piece[] {
  const pieces: Piece[] = []
  const fences = scanFences(lines)
  let start = 0
  const addProse = (end: number) => {
    if (end <= start) return
    const from = start
    const inside = fences.filter((span) => span.start >= from && span.end <= end)
    pieces.push({
      start: from,
      lines: lines.slice(from, end),
      code: undefined,
      fences: inside.map((span) => ({ ...span, start: span.start - from, end: span.end - from })),
    })
  }
  for (const span of fences) {
    const kind = blockKindOf(parseInfo(span.fence.info))
    if (!span.topLevel || !isCodeKind(kind)) continue
    addProse(span.start)
    pieces.push({
      start: span.start,
      lines: lines.slice(span.start, span.end),
      code: { kind, fence: span.fence },
      fences: [],
    })
    start = span.end
  }
  addProse(lines.length)
  return pieces
}

function isCodeKind(kind: BlockKind): kind is CodeBlockKind {
  return kind === "run" || kind === "shell" || kind === "check" || kind === "exercise"
}

/** Blank lines around prose belong to the gaps between cells. Code is never trimmed. */
function trimBlankLines(
  piece: Piece,
): { lines: readonly Line[]; start: number; leading: string; trailing: string } | undefined {
  if (piece.code !== undefined) return { lines: piece.lines, start: piece.start, leading: "", trailing: "" }
  const first = piece.lines.findIndex((line) => !isBlank(line.text))
  if (first === -1) return undefined
  const end = piece.lines.findLastIndex((line) => !isBlank(line.text)) + 1
  return {
    lines: piece.lines.slice(first, end),
    start: piece.start + first,
    leading: joinExact(piece.lines.slice(0, first)),
    trailing: joinExact(piece.lines.slice(end)),
  }
}

interface Position {
  readonly index: number
  readonly before: string
  readonly raw: string
  readonly line: number
  readonly endLine: number
}

function readCell(piece: Piece, lines: readonly Line[], position: Position, problems: Problem[]): Cell {
  if (piece.code === undefined) {
    const skipped = piece.lines.indexOf(lines[0] ?? { text: "", end: "" })
    const blocks = piece.fences.flatMap((span) => readBlock(span, piece.lines, position.line - skipped, problems))
    return { ...position, kind: "prose", language: "markdown", textLine: position.line, text: joinShown(lines), blocks }
  }
  const { kind, fence } = piece.code
  const info = parseInfo(fence.info)
  for (const message of infoProblems(kind, info)) problems.push({ line: position.line, message })
  if (fence.closing === undefined) problems.push(problemAt(position.line, "lint.block.open", { kind }))
  const content = lines.slice(1, fence.closing === undefined ? undefined : -1)
  return {
    ...position,
    kind: "code",
    language: kind === "shell" ? "shellscript" : "logbook-typescript",
    block: kind,
    info,
    fence,
    textLine: position.line + 1,
    text: content.map((line) => withoutIndent(line.text, fence.indent.length)).join("\n"),
  }
}

/** A fence inside of prose; `line` is the file's line of the piece's first line. */
function readBlock(span: FenceSpan, lines: readonly Line[], line: number, problems: Problem[]): Block[] {
  const info = parseInfo(span.fence.info)
  const kind = blockKindOf(info)
  const at = line + span.start
  if (span.fence.closing === undefined) problems.push(problemAt(at, "lint.block.open", { kind }))
  if (!span.topLevel) {
    if (kind !== "sample") problems.push(problemAt(at, "lint.block.nested", { kind }))
    return []
  }
  for (const message of infoProblems(kind, info)) problems.push({ line: at, message })
  const content = lines.slice(span.start + 1, span.fence.closing === undefined ? span.end : span.end - 1)
  const text = content.map((item) => `${withoutIndent(item.text, span.fence.indent.length)}\n`).join("")
  if (kind === "predict" || kind === "quiz") problems.push(...parseQuestion(kind, text, at + 1).problems)
  if (kind === "hints") problems.push(...parseHints(text, at + 1).problems)
  return [{ kind: kind as ProseBlockKind, info, text, line: at, endLine: line + span.end - 1 }]
}

/** CommonMark takes up to as many spaces off a content line as the opening fence is indented by. */
function withoutIndent(text: string, indent: number): string {
  let spaces = 0
  while (spaces < indent && text[spaces] === " ") spaces++
  return text.slice(spaces)
}
