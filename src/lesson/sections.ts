import MarkdownIt from "markdown-it"
import type { LessonLanguage, LocalizedText } from "../contract/language"
import { type LanguageBlock, languageBlocks } from "./languageBlocks"
import type { Lesson } from "./lesson"

/** A heading of a lesson, in both languages where it has both (else the one twice). `line` is 1-based in the file. */
export interface Section {
  readonly level: number
  readonly title: LocalizedText
  readonly line: number
  /** Index of the cell that holds it. */
  readonly cell: number
}

const markdown = new MarkdownIt("commonmark", { html: true })

interface Heading {
  readonly level: number
  readonly text: string
  readonly line: number
}

/** The lesson's headings in order. The nth English heading of a cell belongs to its nth Chinese one. */
export function sections(lesson: Lesson): Section[] {
  return lesson.cells.flatMap((cell) => {
    if (cell.kind !== "prose") return []
    const blocks = languageBlocks(cell.text)
    const of = (language: LessonLanguage | undefined): Heading[] =>
      blocks.filter((block) => block.language === language).flatMap((block) => headingsOf(block, cell.line))
    const chinese = of("zh")
    const english = of("en")
    const paired = Array.from({ length: Math.max(english.length, chinese.length) }, (_, index) => {
      const en = english[index] ?? chinese[index]
      const zh = chinese[index] ?? english[index]
      return en === undefined || zh === undefined ? [] : [sectionOf(en, zh, cell.index)]
    }).flat()
    const shared = of(undefined).map((heading) => sectionOf(heading, heading, cell.index))
    return [...paired, ...shared].sort((left, right) => left.line - right.line)
  })
}

function sectionOf(en: Heading, zh: Heading, cell: number): Section {
  return { level: en.level, title: { en: en.text, zh: zh.text }, line: Math.min(en.line, zh.line), cell }
}

function headingsOf(block: LanguageBlock, cellLine: number): Heading[] {
  const tokens = markdown.parse(block.text, {})
  return tokens.flatMap((token, index) => {
    if (token.type !== "heading_open" || token.map === null) return []
    const inline = tokens[index + 1]
    const text = (inline?.children ?? []).map((child) => child.content).join("")
    return [{ level: Number(token.tag.slice(1)), text, line: cellLine + block.start + token.map[0] }]
  })
}
