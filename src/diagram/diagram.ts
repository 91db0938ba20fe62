/**
 * A picture of the cluster as mermaid's text, together with the same in words. Two pictures with the same `structure`
 * differ only in `labels`, so that the one on the screen can be patched instead of being laid out again.
 */
export interface Diagram {
  readonly mermaid: string
  /** Equal for pictures that have the same nodes, links, styles and roughly the same label widths. */
  readonly structure: string
  /** The lines of each node's label, by node id. */
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** What a screen reader hears: whole sentences. */
  readonly twin: string
  /** Nothing to draw yet; `twin` says why. */
  readonly empty: boolean
}

/** What a `live` block asks for, by its attributes: `topic`, `partition`, `group`, `transaction`, … */
export type DiagramTarget = Readonly<Record<string, string | number | undefined>>

/** The number that an attribute stands for, or `otherwise` where it is absent or no number. */
export function numberOf(value: string | number | undefined, otherwise: number): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof number === "number" && Number.isInteger(number) ? number : otherwise
}

/** The picture that stands while there is nothing to draw: no picture, one sentence. */
export function emptyDiagram(sentence: string): Diagram {
  return { mermaid: "", structure: "empty", labels: {}, twin: sentence, empty: true }
}
