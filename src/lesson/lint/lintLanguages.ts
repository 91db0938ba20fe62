import MarkdownIt from "markdown-it"
import type { LessonLanguage } from "../../contract/language"
import { commentLines } from "../commentPairs"
import { type LanguageBlock, languageBlocks } from "../languageBlocks"
import type { Lesson, Problem, ProseCell } from "../lesson"

const markdown = new MarkdownIt("default", { html: true })

type Token = ReturnType<typeof markdown.parse>[number]

/** A piece of a text's outline: what it is, and its 1-based line in the file. */
interface Piece {
  readonly shape: string
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
    if (!block.closed) problems.push({ line, message: `<div lang="${block.language}"> has no </div>` })
    if (block.language !== undefined && !hasBlankLines(block)) {
      problems.push({ line, message: `<div lang="${block.language}"> needs a blank line after it and before </div>` })
    }
    if (block.language === "zh" && !/\p{Script=Han}/u.test(block.text)) {
      problems.push({ line, message: "the zh text has no Chinese in it" })
    }
  }
  problems.push(...compareOutlines(outlineOf(blocks, "en", cell.line), outlineOf(blocks, "zh", cell.line), cell.line))
  for (const block of cell.blocks) problems.push(...lintComments(block.text, block.line + 1))
  return problems
}

/** Without them CommonMark reads the content as HTML, not as markdown. */
function hasBlankLines(block: LanguageBlock): boolean {
  const lines = block.text.split("\n")
  return lines[0]?.trim() === "" && lines.at(-1)?.trim() === ""
}

function compareOutlines(english: readonly Piece[], chinese: readonly Piece[], line: number): Problem[] {
  for (let index = 0; index < Math.max(english.length, chinese.length); index++) {
    const en = english[index]
    const zh = chinese[index]
    if (en?.shape === zh?.shape) continue
    if (en === undefined) return [{ line: zh?.line ?? line, message: `zh has ${zh?.shape} that en has not` }]
    if (zh === undefined) return [{ line: en.line, message: `en has ${en.shape} that zh has not` }]
    return [{ line: zh.line, message: `zh has ${zh.shape} where en has ${en.shape} (line ${en.line})` }]
  }
  return []
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

function shapeOf(token: Token): string | undefined {
  switch (token.type) {
    case "heading_open":
      return `a heading ${token.tag}`
    case "paragraph_open":
      return "a paragraph"
    case "bullet_list_open":
      return "a bullet list"
    case "ordered_list_open":
      return "a numbered list"
    case "list_item_open":
      return "a list item"
    case "blockquote_open":
      return "a quotation"
    case "tr_open":
      return "a table row"
    case "th_open":
    case "td_open":
      return "a table cell"
    case "fence":
      return `a block "${token.info.trim()}"`
    case "hr":
      return "a rule"
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
      const message = `${english} en: and ${run.length - english} zh: comment lines; each needs its pair`
      problems.push({ line: firstLine + start.line, message })
    }
    index = end
  }
  return problems
}
