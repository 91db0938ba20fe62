import MarkdownIt from "markdown-it"
import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"

const markdown = new MarkdownIt("default", { html: true })

/**
 * Emphasis that markdown leaves as stars. Chinese falls into it easily: between punctuation and a letter, as in
 * "**位移（offset）**是", stars neither open nor close (https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run).
 */
export function lintEmphasis(lesson: Lesson): Problem[] {
  return lesson.cells.flatMap((cell) => {
    if (cell.kind !== "prose") return []
    return markdown.parse(cell.text, {}).flatMap((token) => {
      const shown = (token.children ?? []).find(({ type, content }) => type === "text" && content.includes("**"))
      if (shown === undefined) return []
      const stars = shown.content.indexOf("**")
      const around = shown.content.slice(Math.max(0, stars - 6), stars + 8)
      return [problemAt(cell.line + (token.map?.[0] ?? 0), "lint.emphasis", { around })]
    })
  })
}
