import type { Mermaid } from "mermaid"

let loaded: Promise<Mermaid> | undefined
let drawn = 0

/** Letters of 13 pixels become ten at the least. */
const LEAST_SCALE = 0.77

/** Lays out a mermaid text, or says why mermaid cannot. Mermaid itself (1 MB) is loaded with the first picture. */
export async function renderMermaid(text: string): Promise<SVGElement | { readonly reason: string }> {
  const id = `logbook-picture-${++drawn}`
  try {
    loaded ??= load()
    const { svg } = await (await loaded).render(id, text)
    const template = document.createElement("template")
    template.innerHTML = svg
    const element = template.content.firstElementChild
    if (!(element instanceof SVGSVGElement)) return { reason: "" }
    // A wide picture shrinks to its place, but no further than one can read: from there on it scrolls.
    element.style.minWidth = `${Math.round(element.viewBox.baseVal.width * LEAST_SCALE)}px`
    return element
  } catch (error) {
    console.error("Logbook: mermaid could not draw", error, text)
    // Mermaid leaves its measuring element behind when it fails.
    document.getElementById(`d${id}`)?.remove()
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

async function load(): Promise<Mermaid> {
  const { default: mermaid } = await import("mermaid")
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    // The page's style sheet gives every colour from VS Code's variables; the theme only must not get in its way.
    theme: "base",
    htmlLabels: false,
    fontFamily: getComputedStyle(document.body).fontFamily,
    themeVariables: { fontSize: "13px" },
    // Sequences follow this one (setConf of mermaid's sequenceRenderer.ts).
    fontSize: 13,
    flowchart: {
      htmlLabels: false,
      useMaxWidth: true,
      padding: 8,
      nodeSpacing: 8,
      rankSpacing: 26,
      curve: "linear",
      // Lines are broken where the diagram says, and nowhere else.
      wrappingWidth: 600,
      subGraphTitleMargin: { top: 2, bottom: 8 },
    },
    xyChart: { width: 640, height: 320 },
    sequence: {
      useMaxWidth: true,
      mirrorActors: false,
      messageAlign: "center",
      wrap: false,
      diagramMarginY: 4,
      height: 36,
      messageMargin: 26,
    },
  })
  return mermaid
}
