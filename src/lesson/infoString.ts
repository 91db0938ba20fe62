import type { Message } from "../l10n/catalogue"
import type { BlockKind, Info } from "./lesson"
import { problemMessage } from "./problem"

/** Splits an info string. A value with spaces stands in double quotes: `name="two words"`. */
export function parseInfo(text: string): Info {
  const [language = "", ...rest] = text.trim().match(/[^\s"=]+="[^"]*"|\S+/g) ?? []
  const words: string[] = []
  const attributes = new Map<string, string>()
  for (const part of rest) {
    const equals = part.indexOf("=")
    if (equals > 0) attributes.set(part.slice(0, equals), part.slice(equals + 1).replace(/^"(.*)"$/, "$1"))
    else words.push(part)
  }
  return { language: language.toLowerCase(), words, attributes: Object.fromEntries(attributes) }
}

/** Which block an info string opens. What is not known is a sample: shown, never run. */
export function blockKindOf(info: Info): BlockKind {
  const word = info.words[0]
  switch (info.language) {
    case "ts":
    case "typescript":
      if (word === "run" || word === "check" || word === "exercise" || word === "solution") return word
      return "sample"
    case "sh":
    case "bash":
      return word === "run" ? "shell" : "sample"
    case "yaml":
      return word === "hints" ? "hints" : "sample"
    case "live":
    case "sequence":
    case "predict":
    case "quiz":
    case "mermaid":
      return info.language
    default:
      return "sample"
  }
}

/** The words and attributes that a block kind understands; undefined where anything goes. */
const grammar: Readonly<
  Record<
    BlockKind,
    { readonly words: number; readonly may: readonly string[]; readonly must: readonly string[] } | undefined
  >
> = {
  run: { words: 1, may: ["id"], must: [] },
  shell: { words: 1, may: ["id"], must: [] },
  check: { words: 1, may: ["id", "for"], must: ["id"] },
  exercise: { words: 1, may: ["id"], must: ["id"] },
  hints: { words: 1, may: ["for"], must: ["for"] },
  solution: { words: 1, may: ["for"], must: ["for"] },
  live: { words: 1, may: ["id", "topic", "partition", "group", "transaction", "keys", "partitions"], must: [] },
  sequence: { words: 0, may: ["record", "compare"], must: [] },
  predict: { words: 0, may: ["id"], must: ["id"] },
  quiz: { words: 0, may: ["id"], must: ["id"] },
  mermaid: undefined,
  sample: undefined,
}

/** What is wrong with the info string of a block, in sentences. */
export function infoProblems(kind: BlockKind, info: Info): Message[] {
  const rule = grammar[kind]
  if (rule === undefined) return []
  const problems: Message[] = []
  for (const word of info.words.slice(rule.words)) problems.push(problemMessage("lint.block.word", { word, kind }))
  for (const name of Object.keys(info.attributes)) {
    if (!rule.may.includes(name)) problems.push(problemMessage("lint.block.attribute", { name, kind }))
  }
  for (const name of rule.must) {
    if (!info.attributes[name]) problems.push(problemMessage("lint.block.needs", { name, kind }))
  }
  if (kind === "live" && info.words.length === 0) problems.push(problemMessage("lint.block.live"))
  if (kind === "sequence" && "record" in info.attributes === "compare" in info.attributes) {
    problems.push(problemMessage("lint.block.sequence"))
  }
  return problems
}
