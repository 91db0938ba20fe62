import type { LessonLanguage, LocalizedText } from "../../contract/language"
import { withCommentsIn } from "../commentPairs"
import { filterLanguage } from "../languageBlocks"
import type { Block, CodeBlockKind, Lesson, ProseCell } from "../lesson"
import { parseHints, parseQuestion } from "../question"

/** A lesson in one language for a reader without the product: what cannot be live is said in words. */
export type ExportedCell =
  | { readonly kind: "markdown"; readonly text: string }
  | { readonly kind: "code"; readonly block: CodeBlockKind; readonly text: string }

const words: Readonly<Record<string, LocalizedText>> = {
  guess: { en: "Guess first", zh: "先猜一猜" },
  question: { en: "Question", zh: "问题" },
  answer: { en: "Answer", zh: "答案" },
  hint: { en: "Hint", zh: "提示" },
  solution: { en: "Solution", zh: "参考答案" },
  live: { en: "In the notebook a live diagram stands here", zh: "在笔记本里，这里是一张实时的图" },
  sequence: { en: "In the notebook the recorded requests stand here", zh: "在笔记本里，这里是录下的请求时序" },
}

/** The cells of a lesson in one language. */
export function exportCells(lesson: Lesson, language: LessonLanguage): ExportedCell[] {
  const { title, summary } = lesson.frontMatter
  const head = [title && `# ${title[language]}`, summary && `*${summary[language]}*`]
    .filter((line) => line)
    .join("\n\n")
  const cells = lesson.cells.flatMap((cell): ExportedCell[] => {
    if (cell.kind === "code") return [{ kind: "code", block: cell.block, text: withCommentsIn(cell.text, language) }]
    const text = exportProse(cell, language)
    return text === "" ? [] : [{ kind: "markdown", text }]
  })
  return head === "" ? cells : [{ kind: "markdown", text: head }, ...cells]
}

function exportProse(cell: ProseCell, language: LessonLanguage): string {
  const lines = cell.text.split("\n")
  const parts: string[] = []
  let from = 0
  for (const block of cell.blocks) {
    if (block.kind === "sample" || block.kind === "mermaid") continue
    const start = block.line - cell.line
    parts.push(lines.slice(from, start).join("\n"), exportBlock(block, language))
    from = block.endLine - cell.line + 1
  }
  parts.push(lines.slice(from).join("\n"))
  const whole = parts.map((part) => part.trim()).filter((part) => part !== "")
  return filterLanguage(whole.join("\n\n").replace(/<!-- covers:.*?-->\n*/g, ""), language)
}

function exportBlock(block: Block, language: LessonLanguage): string {
  const say = (word: string): string => words[word]?.[language] ?? word
  switch (block.kind) {
    case "predict":
    case "quiz": {
      const { question } = parseQuestion(block.kind, block.text, block.line + 1)
      if (question === undefined) return fenced("yaml", block.text)
      const options = question.options.map((option, index) => `${index + 1}. ${option.text[language]}`).join("\n")
      const right = question.options.flatMap((option, index) => (option.answer ? [String(index + 1)] : [])).join(", ")
      const lead = say(block.kind === "quiz" ? "question" : "guess")
      return `**${lead}:** ${question.text[language]}\n\n${options}\n\n${details(say("answer"), right)}`
    }
    case "hints":
      return parseHints(block.text, block.line + 1)
        .hints.map((hint, index) => details(`${say("hint")} ${index + 1}`, hint[language]))
        .join("\n\n")
    case "solution":
      return details(say("solution"), fenced("ts", withCommentsIn(block.text, language)))
    case "live":
    case "sequence": {
      const target = [...block.info.words, ...Object.entries(block.info.attributes).map((pair) => pair.join("="))]
      return `> ${say(block.kind)}: ${target.join(", ")}`
    }
    default:
      return fenced(block.info.language, block.text)
  }
}

function details(summary: string, text: string): string {
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`
}

function fenced(language: string, text: string): string {
  return `\`\`\`\`${language}\n${text.replace(/\n?$/, "\n")}\`\`\`\``
}
