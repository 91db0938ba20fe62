import MarkdownIt from "markdown-it"
import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"
import type { LintSurroundings } from "./lintSurroundings"

const markdown = new MarkdownIt("default", { html: true })

/** Relative links lead to files that exist; others are https, and nothing points at a machine of one's own. */
export function lintLinks(lesson: Lesson, { exists }: LintSurroundings): Problem[] {
  return lesson.cells.flatMap((cell) => {
    if (cell.kind !== "prose") return []
    // The language blocks hold their markdown between blank lines, so that it is parsed as such.
    return markdown.parse(cell.text, {}).flatMap((token) => {
      const line = cell.line + (token.map?.[0] ?? 0)
      return (token.children ?? []).flatMap((child): Problem[] => {
        const target = child.attrGet("href") ?? child.attrGet("src")
        const wrong = target === null ? undefined : wrongLink(String(target), exists)
        return wrong === undefined ? [] : [problemAt(line, wrong, { target: String(target) })]
      })
    })
  })
}

function wrongLink(target: string, exists: LintSurroundings["exists"]) {
  if (target.startsWith("https://")) {
    return URL.canParse(target) ? undefined : "lint.link.noAddress"
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return "lint.link.scheme"
  const path = decodeURI(target).replace(/#.*$/, "")
  if (path === "" || exists === undefined || exists(path)) return undefined
  return "lint.link.nowhere"
}
