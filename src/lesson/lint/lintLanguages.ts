import MarkdownIt from "markdown-it"
import type { LessonLanguage } from "../../contract/language"
import type { Message } from "../../l10n/catalogue"
import { commentLines } from "../commentPairs"
import { type LanguageBlock, languageBlocks } from "../languageBlocks"
import type { Lesson, ProseCell } from "../lesson"
import { type Problem, problemAt, problemMessage } from "../problem"

const markdown = new MarkdownIt("default", { html: true })

type Token = ReturnType<typeof markdown.parse>[number]

/** A piece of a text's outline: what it is, and its 1-based line in the file. */
interface Piece {
  readonly shape: Message
  readonly line: number
}

/** Both languages have the same headings, paragraphs, lists, tables and blocks in the same order, and comment pairs. */
export function lintLanguages(lesson: Lesson): Problem[] {
  return lesson.cells.flatMap((cell) => {
    if (cell.kind === "prose") return lintProse(cell)
    return lintComments(cell.text, cell.textLine)
  })
}

function lintProse(cell: ProseCell): Problem[] {
  const blocks = languageBlocks(cell.text)
  const problems: Problem[] = []
  for (const block of blocks) {
    const line = cell.line + block.start - 1
    const { language } = block
    if (language === undefined) continue
    if (!block.closed) problems.push(problemAt(line, "lint.language.open", { language }))
    if (!hasBlankLines(block)) problems.push(problemAt(line, "lint.language.blank", { language }))
    if (language === "zh" && !/\p{Script=Han}/u.test(block.text))
      problems.push(problemAt(line, "lint.language.noChinese"))
  }
  problems.push(...compareOutlines(outlineOf(blocks, "en", cell.line), outlineOf(blocks, "zh", cell.line)))
  for (const block of cell.blocks) problems.push(...lintComments(block.text, block.line + 1))
  return problems
}

/** Without them CommonMark reads the content as HTML, not as markdown. */
function hasBlankLines(block: LanguageBlock): boolean {
  const lines = block.text.split("\n")
  return lines[0]?.trim() === "" && lines.at(-1)?.trim() === ""
}

function compareOutlines(english: readonly Piece[], chinese: readonly Piece[]): Problem[] {
  for (let index = 0; index < Math.max(english.length, chinese.length); index++) {
    const en = english[index]
    const zh = chinese[index]
    if (en === undefined) return zh === undefined ? [] : [problemAt(zh.line, "lint.language.zhOnly", { zh: zh.shape })]
    if (zh === undefined) return [problemAt(en.line, "lint.language.enOnly", { en: en.shape })]
    if (isSame(en.shape, zh.shape)) continue
    return [problemAt(zh.line, "lint.language.differs", { zh: zh.shape, en: en.shape, line: en.line })]
  }
  return []
}

function isSame(left: Message, right: Message): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function outlineOf(blocks: readonly LanguageBlock[], language: LessonLanguage, cellLine: number): Piece[] {
  return blocks
    .filter((block) => block.language === language)
    .flatMap((block) =>
      markdown.parse(block.text, {}).flatMap((token): Piece[] => {
        const shape = shapeOf(token)
        if (shape === undefined) return []
        return [{ shape, line: cellLine + block.start + (token.map?.[0] ?? 0) }]
      }),
    )
}

function shapeOf(token: Token): Message | undefined {
  switch (token.type) {
    case "heading_open":
      return problemMessage("lint.shape.heading", { tag: token.tag })
    case "paragraph_open":
      return problemMessage("lint.shape.paragraph")
    case "bullet_list_open":
      return problemMessage("lint.shape.bulletList")
    case "ordered_list_open":
      return problemMessage("lint.shape.numberedList")
    case "list_item_open":
      return problemMessage("lint.shape.listItem")
    case "blockquote_open":
      return problemMessage("lint.shape.quotation")
    case "tr_open":
      return problemMessage("lint.shape.tableRow")
    case "th_open":
    case "td_open":
      return problemMessage("lint.shape.tableCell")
    case "fence":
      return problemMessage("lint.shape.block", { info: token.info.trim() })
    case "hr":
      return problemMessage("lint.shape.rule")
    default:
      return undefined
  }
}

/** Every run of `// en:` lines is followed by as many `// zh:` lines, or the other way round. */
function lintComments(source: string, firstLine: number): Problem[] {
  const comments = commentLines(source)
  const problems: Problem[] = []
  for (let index = 0; index < comments.length; ) {
    const start = comments[index]
    let end = index
    while (end < comments.length && comments[end]?.line === (start?.line ?? 0) + end - index) end++
    const run = comments.slice(index, end)
    const english = run.filter((comment) => comment.language === "en").length
    if (start !== undefined && english * 2 !== run.length) {
      const counts = { en: english, zh: run.length - english }
      problems.push(problemAt(firstLine + start.line, "lint.language.comments", counts))
    }
    index = end
  }
  return problems
}
