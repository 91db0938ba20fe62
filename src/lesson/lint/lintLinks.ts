import MarkdownIt from "markdown-it"
import type { Lesson, Problem } from "../lesson"
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
        const message = target === null ? undefined : wrongLink(String(target), exists)
        return message === undefined ? [] : [{ line, message }]
      })
    })
  })
}

function wrongLink(target: string, exists: LintSurroundings["exists"]): string | undefined {
  if (target.startsWith("https://")) {
    return URL.canParse(target) ? undefined : `the link "${target}" is no address`
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return `the link "${target}" must be https or relative`
  const path = decodeURI(target).replace(/#.*$/, "")
  if (path === "" || exists === undefined || exists(path)) return undefined
  return `the link "${target}" leads nowhere`
}
