import type { LessonLanguage } from "../contract/language"

/** A comment line in one language: `// en: …` in TypeScript, `# zh: …` in shell. `line` is 0-based in the source. */
export interface CommentLine {
  readonly line: number
  readonly language: LessonLanguage
  readonly text: string
}

/** The comment lines of a cell that speak one language. Both stay in the source, so that line numbers stay true. */
export function commentLines(source: string): CommentLine[] {
  return source.split("\n").flatMap((text, line): CommentLine[] => {
    const found = /^\s*(?:\/\/|#)\s*(en|zh):\s?(.*)$/.exec(text)
    return found === null ? [] : [{ line, language: found[1] as LessonLanguage, text: found[2] ?? "" }]
  })
}
