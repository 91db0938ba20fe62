/** Kafka's client.properties: Java's properties format, as `kafka-topics.sh --command-config` reads it. */
export function readClientProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {}
  // A line that ends in an odd number of backslashes goes on in the next one.
  const lines = text.replaceAll(/\r\n?/g, "\n").replaceAll(/(?<!\\)((?:\\\\)*)\\\n[ \t\f]*/g, "$1")
  for (const line of lines.split("\n")) {
    const [, key, value] =
      /^[ \t\f]*((?:\\.|[^\s=:#!\\])(?:\\.|[^\s=:\\])*)[ \t\f]*[=: \t\f]?[ \t\f]*(.*)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) properties[unescaped(key)] = unescaped(value)
  }
  return properties
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f" }

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
