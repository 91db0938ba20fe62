/** One line of a file: its characters and, apart, its line end ("" on a last line without one). */
export interface Line {
  readonly text: string
  readonly end: string
}

/** Splits as CommonMark does: a line ends in "\n", "\r\n" or "\r". Joined again they are the text. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = []
  const ends = /\r\n|\n|\r/g
  let start = 0
  for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
    lines.push({ text: text.slice(start, found.index), end: found[0] })
    start = ends.lastIndex
  }
  if (start < text.length) lines.push({ text: text.slice(start), end: "" })
  return lines
}

/** The text of lines as an editor shows it, with "\n" between them and none after the last. */
export function joinShown(lines: readonly Line[]): string {
  return lines.map((line) => line.text).join("\n")
}

/** The exact characters of lines. */
export function joinExact(lines: readonly Line[]): string {
  return lines.map((line) => line.text + line.end).join("")
}

/** The line end that a text uses most; "\n" where it has none or as many of both. */
export function commonLineEnd(text: string): "\n" | "\r\n" {
  const windows = text.match(/\r\n/g)?.length ?? 0
  const all = text.match(/\n/g)?.length ?? 0
  return windows > all - windows ? "\r\n" : "\n"
}

/** All line ends as "\n". */
export function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n")
}

/** Blank as CommonMark has it: spaces and tabs only. */
export function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line)
}
