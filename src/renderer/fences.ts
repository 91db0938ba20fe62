import type { LessonLanguage } from "../contract/language"
import type { OwnOutputMetadata } from "../contract/renderer"
import { commentLines, withCommentsIn } from "../lesson/commentPairs"

/** The little of markdown-it that we touch; VS Code brings its own copy. */
export interface MarkdownIt {
  readonly renderer: { readonly rules: Record<string, RenderRule | undefined> }
  readonly utils: { escapeHtml(text: string): string }
  readonly core: { readonly ruler: { push(name: string, rule: (state: CoreState) => void): void } }
}

interface CoreState {
  readonly tokens: { readonly type: string; readonly content: string }[]
  readonly Token: new (type: string, tag: string, nesting: 0) => { type: string; content: string }
}

type RenderRule = (
  tokens: readonly Token[],
  index: number,
  options: unknown,
  environment: unknown,
  self: unknown,
) => string

interface Token {
  readonly info: string
  readonly content: string
}

/** Which element stands for a block, by the first word of its fence. */
const elements: Readonly<Record<string, string>> = {
  live: "logbook-live",
  sequence: "logbook-sequence",
  predict: "logbook-question",
  quiz: "logbook-question",
}

/**
 * Renders our fences as elements that draw themselves. Their text stays inside: it is what remains where VS Code
 * removes unknown elements (a workspace that is not trusted), and until the picture is there.
 */
export function markOwnFences(markdownIt: Pick<MarkdownIt, "renderer" | "utils">): void {
  const { rules } = markdownIt.renderer
  const original = rules.fence
  const { escapeHtml } = markdownIt.utils
  rules.fence = (tokens, index, options, environment, self) => {
    const token = tokens[index]
    const info = token?.info.trim() ?? ""
    const [word = "", second = ""] = info.split(/\s+/)
    // A solution is shown on demand, from the exercise's status bar.
    if (/^(ts|typescript)$/.test(word) && second === "solution") return ""
    const element = word === "yaml" && second === "hints" ? "logbook-hints" : elements[word]
    if (!token || !original) return ""
    if (!element || (word === "live" && second === "")) {
      const draw = (shown: Token) => original([shown], 0, options, environment, self)
      return commentLines(token.content).length === 0 ? draw(token) : inEachLanguage(token, draw)
    }
    const name = word === "live" ? " data-logbook-live" : ""
    const attributes = `${name} data-info="${escapeHtml(info)}" data-body="${escapeHtml(token.content)}"`
    return `<${element}${attributes}>${withoutElements(element, info, token.content, escapeHtml)}</${element}>\n`
  }
}

/**
 * What a cell shows as markdown may come out of a topic: its HTML is text. VS Code's own renderer puts it on the page as
 * it is once the workspace is trusted, scripts and all.
 */
export function keepHtmlOut(markdownIt: Pick<MarkdownIt, "renderer" | "utils">): void {
  const { rules } = markdownIt.renderer
  for (const name of ["html_block", "html_inline"]) {
    const original = rules[name]
    rules[name] = (tokens, index, options, environment, self) => {
      if (!isOwnOutput(environment)) return original ? original(tokens, index, options, environment, self) : ""
      return markdownIt.utils.escapeHtml(tokens[index]?.content ?? "")
    }
  }
}

/** VS Code's renderer hands the output's item on in markdown-it's environment (markdown-language-features, notebook/index.ts). */
function isOwnOutput(environment: unknown): boolean {
  const { outputItem } = (environment ?? {}) as { outputItem?: { metadata?: Partial<OwnOutputMetadata> } }
  return outputItem?.metadata?.logbook === true
}

/** A sample with its comments in one language, in the other, and as it was written; the style sheet shows one of them. */
function inEachLanguage(token: Token, draw: (token: Token) => string): string {
  const sampleIn = (language: LessonLanguage) => {
    const content = withCommentsIn(token.content, language)
    const shown = Object.assign(Object.create(Object.getPrototypeOf(token)), token, { content })
    return `<div lang="${language}">${draw(shown)}</div>`
  }
  return `<div class="logbook-sample">${sampleIn("en")}${sampleIn("zh")}<div>${draw(token)}</div></div>\n`
}

/** Puts an element of ours beside Chinese prose: it follows the reader's script. */
export function markChineseProse(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.push("logbook-prose", ({ tokens, Token }) => {
    if (!tokens.some(({ type, content }) => type === "html_block" && content.includes(`<div lang="zh"`))) return
    const marker = new Token("html_block", "", 0)
    marker.content = "<logbook-prose></logbook-prose>\n"
    tokens.push(marker)
  })
}

/** What a block says where only plain HTML is left. Hints say nothing, and a question does not name its answer. */
function withoutElements(element: string, info: string, body: string, escapeHtml: (text: string) => string): string {
  if (element === "logbook-hints") return ""
  if (element !== "logbook-question") return `<p data-logbook-twin>${escapeHtml(info)}</p>`
  const inLanguage = (language: string) => {
    const question = new RegExp(`^${language}:\\s*(.*)$`, "m").exec(body)?.[1] ?? ""
    const options = body.split("\n").flatMap((line) => {
      const text = /^\s*-/.test(line) && new RegExp(`\\b${language}:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(line)?.[1]
      return text ? [`<li>${escapeHtml(text)}</li>`] : []
    })
    return `<div lang="${language}"><p>${escapeHtml(question)}</p><ul>${options.join("")}</ul></div>`
  }
  return inLanguage("en") + inLanguage("zh")
}

/** The words and `key=value` attributes of an info string; a value with spaces stands in double quotes. */
export function readInfo(info: string): { words: string[]; attributes: Record<string, string> } {
  const words: string[] = []
  const attributes: Record<string, string> = {}
  for (const part of info.trim().match(/[^\s"=]+="[^"]*"|\S+/g) ?? []) {
    const equals = part.indexOf("=")
    if (equals > 0) attributes[part.slice(0, equals)] = part.slice(equals + 1).replace(/^"(.*)"$/, "$1")
    else words.push(part)
  }
  return { words, attributes }
}
