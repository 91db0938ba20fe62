import type { LocalizedText } from "../contract/language"
import { asLocalizedText, isRecord, parseYaml } from "./parseFrontMatter"
import { type Problem, problemAt } from "./problem"

/** The recordings that a `sequence` block shows, by its attributes. */
export function recordingsOf({ record, compare }: Readonly<Record<string, string>>): string[] {
  return (record ?? compare ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "")
}

/** Reads the YAML body of a `sequence` block: by what name the reader knows each recording. Empty where unnamed. */
export function parseRecordingNames(
  yaml: string,
  line: number,
): { names: Readonly<Record<string, LocalizedText>>; problems: Problem[] } {
  if (yaml.trim() === "") return { names: {}, problems: [] }
  const { value, problems, lineOf } = parseYaml(yaml, line)
  if (problems.length > 0) return { names: {}, problems }
  const names: Record<string, LocalizedText> = {}
  for (const [id, written] of Object.entries(isRecord(value) ? value : {})) {
    const text = asLocalizedText(written)
    if (text === undefined) problems.push(problemAt(lineOf(id), "lint.recording.name", { id }))
    else names[id] = text
  }
  if (Object.keys(names).length === 0 && problems.length === 0) {
    problems.push(problemAt(line, "lint.recording.none"))
  }
  return { names, problems }
}
