import type { DisplayLanguage, LessonLanguage } from "../contract/language"
import { joinShown, type Line, splitLines } from "./lines"
import { scanFences } from "./scanFences"

/** A stretch of prose in one language, or in all where `language` is undefined. Lines are 0-based in the prose. */
export interface LanguageBlock {
  readonly language: LessonLanguage | undefined
  /** First line of the content, without the `<div>`. */
  readonly start: number
  /** The line after the content, without the `</div>`. */
  readonly end: number
  readonly text: string
  /** False where a `<div lang>` has no `</div>`. */
  readonly closed: boolean
}

const opening = /^ {0,3}<div lang="(en|zh)">[ \t]*$/
const closing = /^ {0,3}<\/div>[ \t]*$/

/** Cuts markdown at its `<div lang="en">` and `<div lang="zh">`; those inside of fences are text. */
export function languageBlocks(prose: string): LanguageBlock[] {
  const lines = splitLines(prose)
  const fenced = new Set<number>()
  for (const span of scanFences(lines)) for (let line = span.start; line < span.end; line++) fenced.add(line)
  const matches = (pattern: RegExp, index: number): RegExpExecArray | null =>
    fenced.has(index) ? null : pattern.exec(lines[index]?.text ?? "")

  const blocks: LanguageBlock[] = []
  let start = 0
  let language: LessonLanguage | undefined
  const add = (end: number, closed: boolean) => {
    const text = joinShown(lines.slice(start, end))
    if (language !== undefined || text.trim() !== "") blocks.push({ language, start, end, text, closed })
  }
  for (let index = 0; index < lines.length; index++) {
    const opened = matches(opening, index)
    if (opened !== null && language === undefined) {
      add(index, true)
      language = opened[1] as LessonLanguage
      start = index + 1
    } else if (language !== undefined && matches(closing, index) !== null) {
      add(index, true)
      language = undefined
      start = index + 1
    }
  }
  add(lines.length, language === undefined)
  return blocks
}

/** Whether a reader of `display` sees text in `language`. Traditional Chinese is derived from zh. */
export function displaysLanguage(language: LessonLanguage | undefined, display: DisplayLanguage): boolean {
  if (language === undefined || display === "both") return true
  return display === "zh-tw" ? language === "zh" : language === display
}

/** Prose as a reader of one language sees it, without the `<div>` lines. */
export function filterLanguage(prose: string, display: DisplayLanguage): string {
  return languageBlocks(prose)
    .filter((block) => displaysLanguage(block.language, display))
    .map((block) => trimBlank(splitLines(block.text)))
    .filter((text) => text !== "")
    .join("\n\n")
}

function trimBlank(lines: readonly Line[]): string {
  const first = lines.findIndex((line) => line.text.trim() !== "")
  const last = lines.findLastIndex((line) => line.text.trim() !== "")
  return first === -1 ? "" : joinShown(lines.slice(first, last + 1))
}
