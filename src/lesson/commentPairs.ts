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

/** The source without the comment lines of the other language. */
export function withCommentsIn(source: string, language: LessonLanguage): string {
  const comments = new Map(commentLines(source).map((comment) => [comment.line, comment]))
  return source
    .split("\n")
    .flatMap((text, line) => {
      const comment = comments.get(line)
      if (comment === undefined) return [text]
      return comment.language === language ? [text.replace(/(en|zh):\s?/, "")] : []
    })
    .join("\n")
}
