import { type CatalogueLanguage, joinSentences } from "../l10n/catalogue"
import type { Diagram } from "./diagram"

export type NodeShape = "box" | "round" | "stadium" | "cylinder" | "hexagon" | "text"
export type LinkStyle = "line" | "arrow" | "dotted" | "thick" | "hidden"

/** Labels grow within a box of this many columns before the picture is laid out anew. */
const LABEL_STEP_COLUMNS = 4

const brackets: Readonly<Record<NodeShape, readonly [string, string]>> = {
  box: ["[", "]"],
  round: ["(", ")"],
  stadium: ["([", "])"],
  cylinder: ["[(", ")]"],
  hexagon: ["{{", "}}"],
  text: ["[", "]"],
}

const arrows: Readonly<Record<LinkStyle, string>> = {
  line: "---",
  arrow: "-->",
  dotted: "-.->",
  thick: "==>",
  hidden: "~~~",
}

/** Writes mermaid's flowchart text, and keeps apart what can be patched. Colours come from the page, by class name. */
export class Flowchart {
  readonly #lines: string[] = []
  readonly #structure: string[] = []
  readonly #labels: Record<string, readonly string[]> = {}
  #depth = 1

  constructor(direction: "TB" | "LR") {
    this.#lines.push(`flowchart ${direction}`)
    this.#structure.push(direction)
  }

  /** A node; `classes` are the names that the renderer's style sheet knows. */
  node(id: string, label: readonly string[], shape: NodeShape = "box", classes: readonly string[] = []): this {
    const [open, close] = brackets[shape]
    this.#labels[id] = label
    this.#line(`${id}${open}"${label.map(escapeLabel).join("<br/>")}"${close}`)
    for (const name of shape === "text" ? [...classes, "text"] : classes) this.#line(`class ${id} ${name}`)
    this.#structure.push([id, shape, label.map(widthStep).join(), ...classes].join(" "))
    return this
  }

  link(from: string, to: string, style: LinkStyle = "line", label = ""): this {
    const text = label === "" ? "" : `|"${escapeLabel(label)}"|`
    this.#line(`${from} ${arrows[style]}${text} ${to}`)
    // A link's label is not patched: where it changes, the picture is drawn anew.
    this.#structure.push([from, style, to, label].join(" "))
    return this
  }

  /** A frame around what `body` adds. */
  group(id: string, label: string, body: () => void): this {
    this.#line(`subgraph ${id}["${escapeLabel(label)}"]`)
    this.#structure.push(`group ${id} ${label}`)
    this.#depth++
    body()
    this.#depth--
    this.#line("end")
    this.#structure.push("end")
    return this
  }

  finish(sentences: readonly string[], language: CatalogueLanguage): Diagram {
    return {
      mermaid: `${this.#lines.join("\n")}\n`,
      structure: this.#structure.join("\n"),
      labels: this.#labels,
      twin: joinSentences(language, sentences),
      empty: false,
    }
  }

  #line(text: string): void {
    this.#lines.push("  ".repeat(this.#depth) + text)
  }
}

/** Mermaid's entity codes, for what would end a label or be read as markup. */
export function escapeLabel(text: string): string {
  return text.replaceAll(/[#"<>`;{}[\]\\]/g, (character) => `#${character.codePointAt(0)};`)
}

/** Chinese characters are two columns wide. */
function widthStep(text: string): number {
  let columns = 0
  for (const character of text) columns += (character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1
  return Math.ceil(columns / LABEL_STEP_COLUMNS)
}
