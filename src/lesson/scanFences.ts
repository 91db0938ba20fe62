import MarkdownIt from "markdown-it"
import type { Fence } from "./lesson"
import type { Line } from "./lines"

/** A fence of a markdown text, by lines from 0. */
export interface FenceSpan {
  readonly start: number
  /** The line after its last one. */
  readonly end: number
  readonly fence: Fence
  /** False inside of a list or a quotation. */
  readonly topLevel: boolean
}

const markdown = new MarkdownIt("commonmark", { html: true })
// Only block structure is needed: inline content is never looked at.
markdown.core.ruler.disable(["inline", "text_join"])

/** The fences of a markdown text in order, found by CommonMark's rules (so not those in comments or HTML blocks). */
export function scanFences(lines: readonly Line[]): FenceSpan[] {
  const spans: FenceSpan[] = []
  for (const token of markdown.parse(lines.map((line) => line.text).join("\n"), {})) {
    const opening = token.map === null ? undefined : lines[token.map[0]]
    if (token.type !== "fence" || token.map === null || opening === undefined) continue
    const [start, mapEnd] = token.map
    const end = Math.min(mapEnd, lines.length)
    const closing = end - start > 1 ? lines[end - 1]?.text : undefined
    const at = opening.text.indexOf(token.markup)
    spans.push({
      start,
      end,
      topLevel: token.level === 0,
      fence: {
        indent: opening.text.slice(0, at),
        marker: token.markup,
        info: opening.text.slice(at + token.markup.length),
        closing: closing !== undefined && closes(closing, token.markup) ? closing : undefined,
      },
    })
  }
  return spans
}

/** Whether a line closes a fence: only its character, at least as often, indented by less than four. */
function closes(line: string, marker: string): boolean {
  const run = /(`+|~+)[ \t]*$/.exec(line)?.[1]
  return run !== undefined && run[0] === marker[0] && run.length >= marker.length
}
