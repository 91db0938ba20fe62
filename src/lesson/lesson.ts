import type { LocalizedText } from "../contract/language"
import type { Problem } from "./problem"

/**
 * A lesson as it stands in its file: markdown that also reads well on GitHub. The file is
 * `head`, then for every cell `before` and `raw`, then `tail`; put together they are the file, byte for byte.
 */
export interface Lesson {
  /** Byte order mark and front matter, up to and with the closing `---` but not its line end. */
  readonly head: string
  readonly frontMatter: FrontMatter
  readonly cells: readonly Cell[]
  /** Blank lines after the last cell. */
  readonly tail: string
  /** The line end that new lines get: the one that the file uses most. */
  readonly eol: "\n" | "\r\n"
  /** Everything that could not be understood, in the order of lines. Nothing of it is lost on printing. */
  readonly problems: readonly Problem[]
}

export interface FrontMatter {
  readonly id?: string
  readonly title?: LocalizedText
  readonly summary?: LocalizedText
  readonly minutes?: number
  readonly requires: readonly string[]
  readonly cluster: LessonCluster
}

/** The embedded cluster that a lesson wants; what is absent is the product's default. */
export interface LessonCluster {
  readonly brokers?: number
  readonly controllers?: number
  readonly configs: Readonly<Record<string, string>>
}

export type CellLanguage = "markdown" | "logbook-typescript" | "shellscript"

/** A notebook cell: markdown between runnable fences, or one runnable fence. */
export type Cell = ProseCell | CodeCell

interface CellSpan {
  /** Place in the lesson, from 0. */
  readonly index: number
  /** The exact characters between the previous cell (or the front matter) and this one: line ends and blank lines. */
  readonly before: string
  /** The exact characters of the cell, without the line end of its last line. */
  readonly raw: string
  /** What a cell editor shows: prose as it is, code without its fence; lines end in "\n". */
  readonly text: string
  /** First line of `raw` in the file, 1-based. */
  readonly line: number
  /** First line of `text` in the file, 1-based. */
  readonly textLine: number
  /** Last line of `raw` in the file, 1-based. */
  readonly endLine: number
}

export interface ProseCell extends CellSpan {
  readonly kind: "prose"
  readonly language: "markdown"
  /** The fences inside of the prose: samples, diagrams, questions, hints, solutions. */
  readonly blocks: readonly Block[]
}

export interface CodeCell extends CellSpan {
  readonly kind: "code"
  readonly language: "logbook-typescript" | "shellscript"
  readonly block: CodeBlockKind
  readonly info: Info
  readonly fence: Fence
}

export type CodeBlockKind = "run" | "shell" | "check" | "exercise"
export type ProseBlockKind = "sample" | "mermaid" | "live" | "sequence" | "predict" | "quiz" | "hints" | "solution"
export type BlockKind = CodeBlockKind | ProseBlockKind

/** A fence inside of a prose cell. */
export interface Block {
  readonly kind: ProseBlockKind
  readonly info: Info
  /** Content between the fence's lines; lines end in "\n", the last one too. */
  readonly text: string
  /** Line of the opening fence in the file, 1-based. */
  readonly line: number
  /** Last line of the fence in the file, 1-based. */
  readonly endLine: number
}

/** How a fence is written, so that an edited cell keeps its form. */
export interface Fence {
  readonly indent: string
  /** The ticks or tildes. */
  readonly marker: string
  /** Everything after the marker on the opening line, exactly. */
  readonly info: string
  /** The closing line exactly, or undefined where the fence is not closed. */
  readonly closing: string | undefined
}

/** A fence's info string: `ts check id=full-isr for=lower-the-wait`. */
export interface Info {
  /** The first word, lower-case; empty where there is none. */
  readonly language: string
  /** The further words that are not `key=value`. */
  readonly words: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
}
