import { isMap, LineCounter, parseDocument } from "yaml"
import type { LocalizedText } from "../contract/language"
import type { FrontMatter, LessonCluster } from "./lesson"
import { type Problem, type ProblemText, problemAt } from "./problem"

/** The front matter's values and what is wrong with them. `line` is the file's line of the YAML's first line. */
export function parseFrontMatter(yaml: string, line: number): { frontMatter: FrontMatter; problems: Problem[] } {
  const { value, problems, lineOf } = parseYaml(yaml, line)
  const fields = isRecord(value) ? value : {}
  const wrong = (field: string, ...text: ProblemText) => problems.push(problemAt(lineOf(field), ...text))
  if (problems.length === 0 && !isRecord(value)) problems.push(problemAt(line, "lint.frontMatter.noMapping"))

  const known = ["id", "title", "summary", "minutes", "requires", "cluster"]
  for (const name of Object.keys(fields)) if (!known.includes(name)) wrong(name, "lint.frontMatter.unknown", { name })
  const localized = (name: string): LocalizedText | undefined => {
    const text = asLocalizedText(fields[name])
    if (text === undefined && name in fields) wrong(name, "lint.frontMatter.bilingual", { name })
    return text
  }
  const id = typeof fields.id === "string" ? fields.id : undefined
  if ("id" in fields && id === undefined) wrong("id", "lint.frontMatter.idWord")
  const minutes = typeof fields.minutes === "number" ? fields.minutes : undefined
  if ("minutes" in fields && minutes === undefined) wrong("minutes", "lint.frontMatter.minutes")
  const requires = Array.isArray(fields.requires) ? fields.requires.filter((name) => typeof name === "string") : []
  if ("requires" in fields && !Array.isArray(fields.requires)) wrong("requires", "lint.frontMatter.requires")
  const title = localized("title")
  const summary = localized("summary")
  const cluster = asCluster(fields.cluster, (...text) => wrong("cluster", ...text))
  return {
    frontMatter: {
      ...(id !== undefined && { id }),
      ...(title !== undefined && { title }),
      ...(summary !== undefined && { summary }),
      ...(minutes !== undefined && { minutes }),
      requires,
      cluster,
    },
    problems,
  }
}

/** YAML as plain values; errors become problems at their line of the file, and nothing is thrown. */
export function parseYaml(
  yaml: string,
  line: number,
): { value: unknown; problems: Problem[]; lineOf: (field: string) => number } {
  const lineCounter = new LineCounter()
  const problems: Problem[] = []
  const at = (offset: number) => line + Math.max(lineCounter.linePos(offset).line, 1) - 1
  try {
    const document = parseDocument(yaml, { lineCounter, prettyErrors: false, logLevel: "error" })
    for (const error of document.errors)
      problems.push(problemAt(at(error.pos[0]), "lint.yaml", { detail: error.message }))
    const lineOf = (field: string): number => {
      const pair = isMap(document.contents)
        ? document.contents.items.find((item) => String(item.key) === field)
        : undefined
      const range = (pair?.key as { range?: readonly number[] } | undefined)?.range
      return range?.[0] === undefined ? line : at(range[0])
    }
    return { value: problems.length > 0 ? undefined : document.toJS(), problems, lineOf }
  } catch (error) {
    // toJS refuses what an attacker could write: aliases that multiply without end.
    problems.push(problemAt(line, "lint.yaml", { detail: error instanceof Error ? error.message : String(error) }))
    return { value: undefined, problems, lineOf: () => line }
  }
}

/** `{ en, zh }` with both texts, or undefined. */
export function asLocalizedText(value: unknown): LocalizedText | undefined {
  if (!isRecord(value) || typeof value.en !== "string" || typeof value.zh !== "string") return undefined
  return { en: value.en, zh: value.zh }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function asCluster(value: unknown, wrong: (...text: ProblemText) => void): LessonCluster {
  if (value === undefined) return { configs: {} }
  if (!isRecord(value)) {
    wrong("lint.frontMatter.cluster")
    return { configs: {} }
  }
  const count = (name: "brokers" | "controllers"): number | undefined => {
    const found = value[name]
    if (found === undefined) return undefined
    if (typeof found === "number" && Number.isInteger(found) && found > 0) return found
    wrong("lint.frontMatter.count", { name })
    return undefined
  }
  for (const name of Object.keys(value)) {
    if (!["brokers", "controllers", "configs"].includes(name))
      wrong("lint.frontMatter.unknown", { name: `cluster.${name}` })
  }
  const brokers = count("brokers")
  const controllers = count("controllers")
  const configs = isRecord(value.configs) ? value.configs : {}
  return {
    ...(brokers !== undefined && { brokers }),
    ...(controllers !== undefined && { controllers }),
    configs: Object.fromEntries(Object.entries(configs).map(([name, setting]) => [name, String(setting)])),
  }
}
