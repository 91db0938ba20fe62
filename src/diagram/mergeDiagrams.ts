import type { Diagram } from "./diagram"

/** The same picture in two languages as one: where they say different things, both stand there, the first one first. */
export function mergeDiagrams(first: Diagram, second: Diagram): Diagram {
  const others = second.mermaid.split("\n")
  const lines = first.mermaid.split("\n").map((line, index) => mergeLine(line, others[index] ?? line))
  const labels = Object.entries(first.labels).map(([id, label]) => [id, mergeLabel(label, second.labels[id] ?? label)])
  return {
    mermaid: lines.join("\n"),
    structure: `${first.structure}\n${second.structure}`,
    labels: Object.fromEntries(labels),
    twin: merge(first.twin, second.twin, " "),
    empty: first.empty,
  }
}

/** Only what stands in quotation marks differs: nodes, frames and links are the same ones. */
function mergeLine(line: string, other: string): string {
  const texts = [...other.matchAll(/"([^"]*)"/g)].map(([, text]) => text ?? "")
  return line.replaceAll(/"([^"]*)"/g, (_, text: string) => {
    const translated = texts.shift() ?? text
    return `"${mergeLabel(text.split("<br/>"), translated.split("<br/>")).join("<br/>")}"`
  })
}

function mergeLabel(label: readonly string[], other: readonly string[]): string[] {
  return label.map((line, index) => merge(line, other[index] ?? line, " / "))
}

function merge(text: string, other: string, between: string): string {
  return text === other ? text : `${text}${between}${other}`
}
