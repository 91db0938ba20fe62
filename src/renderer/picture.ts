import type { Diagram } from "../diagram/diagram"
import { type CatalogueLanguage, translate } from "../l10n/catalogue"
import { renderMermaid } from "./renderMermaid"

/** Shapes of one picture that are kept: a node dies and comes back, a reader steps back and forth. */
const KEPT_LAYOUTS = 12

/** A topic that is deleted and created again is away for less than this. */
const PLACE_KEPT_MS = 2_000

/** About what most pictures take: so much is kept for one that is not drawn yet. */
const EXPECTED_HEIGHT_PX = 160

/** What is to be seen, and from when it is where it shows a moment of a cluster. */
interface Wanted {
  readonly diagram: Diagram
  readonly atMs: number | undefined
}

/** A shape that was laid out before, with the labels that it has now. */
interface Layout {
  readonly svg: SVGElement
  readonly diagram: Diagram
}

/**
 * One diagram on the page. Labels are patched in place while the structure stays; a changed structure is laid out
 * beside the page and swapped in at once; when mermaid fails, the last good picture stays.
 */
export class Picture {
  readonly #canvas: HTMLElement
  readonly #sentence: HTMLElement
  /** What mermaid says about a text that it does not understand: whoever wrote it wants to know. */
  readonly #reason: HTMLElement
  #shown: Wanted | undefined
  #wanted: Wanted | undefined
  #drawing: Promise<void> | undefined
  /** By structure, the one used last at the end. */
  readonly #layouts = new Map<string, Layout>()
  readonly #keepsPlace: boolean
  /** The tallest shape so far, and the width that it was so tall in. */
  #place = { heightPx: 0, widthPx: 0 }
  #givingUpPlace: ReturnType<typeof setTimeout> | undefined

  /** One that `keepsPlace` does not move what stands below it whenever a node comes or goes. */
  constructor(host: HTMLElement, { keepsPlace = false } = {}) {
    this.#keepsPlace = keepsPlace
    host.classList.add("logbook-picture")
    this.#canvas = document.createElement("div")
    this.#canvas.className = "logbook-canvas"
    // The twin below says the same in sentences.
    this.#canvas.setAttribute("aria-hidden", "true")
    this.#sentence = document.createElement("p")
    this.#sentence.dataset.logbookTwin = ""
    this.#reason = document.createElement("pre")
    this.#reason.hidden = true
    host.append(this.#canvas, this.#sentence, this.#reason)
    const observer = new ResizeObserver(() => {
      // What scrolls must be within reach of the keyboard (WCAG 2.1.1), and what does not is no stop on its way.
      if (host.scrollWidth > host.clientWidth) host.tabIndex = 0
      else host.removeAttribute("tabindex")
    })
    observer.observe(host)
    observer.observe(this.#canvas)
  }

  /** Only the words. */
  describe(diagram: Diagram, language: CatalogueLanguage): void {
    this.#sentence.lang = language === "en" ? "en" : language === "zh-cn" ? "zh-Hans" : "zh-Hant"
    if (this.#sentence.textContent !== diagram.twin) this.#sentence.textContent = diagram.twin
    this.#sentence.classList.toggle("logbook-hidden", !diagram.empty)
    const isNew = this.#keepsPlace && this.#place.heightPx === 0 && !diagram.empty
    if (isNew) this.#takePlace({ heightPx: EXPECTED_HEIGHT_PX, widthPx: 0 })
  }

  /** Resolves once this diagram, or a later one, is on the page. Never rejects. */
  async show(diagram: Diagram, language: CatalogueLanguage, atMs?: number): Promise<void> {
    this.describe(diagram, language)
    this.#wanted = { diagram, atMs }
    // While one is laid out, later ones only replace each other: the newest is drawn next.
    this.#drawing ??= this.#drawWanted(language).finally(() => {
      this.#drawing = undefined
    })
    await this.#drawing
  }

  async #drawWanted(language: CatalogueLanguage): Promise<void> {
    while (this.#wanted !== this.#shown) {
      const wanted = this.#wanted
      if (!wanted) return
      const { diagram, atMs } = wanted
      // A benchmark compares the moment that is shown with the moment at which it is.
      this.#canvas.dataset.atMs = String(atMs ?? "")
      if (diagram.empty) this.#clear()
      else if (!(await this.#layOut(diagram))) {
        this.#sentence.classList.remove("logbook-hidden")
        this.#sentence.textContent = `${translate(language, "picture.failed")} ${diagram.twin}`
      }
      this.#shown = wanted
    }
  }

  /** Shows the diagram: patches its labels where its shape is known, else has mermaid lay it out. */
  async #layOut(diagram: Diagram): Promise<boolean> {
    const known = this.#layouts.get(diagram.structure)
    const svg = known?.svg ?? (await renderMermaid(diagram.mermaid))
    const isDrawn = svg instanceof SVGElement
    this.#reason.hidden = isDrawn
    this.#reason.textContent = isDrawn ? "" : svg.reason
    if (!isDrawn) return false
    if (this.#canvas.firstChild !== svg) {
      this.#canvas.replaceChildren(svg)
      if (this.#keepsPlace) this.#keepPlace(svg)
    }
    if (known) patchLabels(svg, known.diagram, diagram)
    this.#keep({ svg, diagram })
    return true
  }

  #clear(): void {
    this.#canvas.replaceChildren()
    this.#givingUpPlace ??= setTimeout(() => this.#takePlace({ heightPx: 0, widthPx: 0 }), PLACE_KEPT_MS)
  }

  #keepPlace(svg: SVGElement): void {
    clearTimeout(this.#givingUpPlace)
    this.#givingUpPlace = undefined
    const { height: heightPx } = svg.getBoundingClientRect()
    const widthPx = this.#canvas.clientWidth
    const isTaller = heightPx > this.#place.heightPx
    if (isTaller || widthPx !== this.#place.widthPx) this.#takePlace({ heightPx, widthPx })
  }

  #takePlace(place: { heightPx: number; widthPx: number }): void {
    this.#place = place
    this.#canvas.style.minHeight = `${Math.ceil(place.heightPx)}px`
  }

  #keep(layout: Layout): void {
    const { structure } = layout.diagram
    this.#layouts.delete(structure)
    this.#layouts.set(structure, layout)
    const [oldest] = this.#layouts.keys()
    if (this.#layouts.size > KEPT_LAYOUTS && oldest !== undefined) this.#layouts.delete(oldest)
  }
}

/**
 * Mermaid's SVG with `htmlLabels: false`: node `g#…-flowchart-<id>-<n>`, one `tspan.text-outer-tspan` per line of the
 * label, and inside of it one per word.
 */
function patchLabels(svg: SVGElement, before: Diagram, after: Diagram): void {
  for (const [id, lines] of Object.entries(after.labels)) {
    const old = before.labels[id]
    if (old && old.length === lines.length && old.every((line, index) => line === lines[index])) continue
    const node = svg.querySelector(`g.node[id*="flowchart-${id}-"]`)
    const rows = node?.querySelectorAll("tspan.text-outer-tspan") ?? []
    lines.forEach((line, index) => {
      const [first, ...others] = rows[index]?.children ?? []
      if (first) first.textContent = line
      for (const other of others) other.textContent = ""
    })
  }
}
