import type { TraceEntry, TraceParty } from "../contract/trace"
import { type CatalogueLanguage, joinSentences, translate } from "../l10n/catalogue"
import { type Diagram, emptyDiagram } from "./diagram"
import { escapeLabel } from "./flowchart"
import { type SequenceStep, sequenceSteps } from "./sequenceSteps"

/** A picture of recorded requests, in the order in which they were sent and answered. */
export function sequence(entries: readonly TraceEntry[], language: CatalogueLanguage): Diagram {
  const { steps, left } = sequenceSteps(entries)
  if (steps.length === 0) return emptyDiagram(translate(language, "twin.nothingRecorded"))
  const parties = orderParties(steps)
  const lines = ["sequenceDiagram"]
  parties.forEach((party, index) => {
    lines.push(`  participant p${index} as ${escapeLabel(partyName(party, language))}`)
  })
  const place = (party: TraceParty) => `p${parties.indexOf(party)}`
  for (const step of steps) {
    const arrow = step.kind === "reply" ? (step.dropped ? "--x" : "-->>") : "->>"
    lines.push(`  ${place(step.from)}${arrow}${place(step.to)}: ${escapeLabel(stepText(step, language))}`)
  }
  if (left > 0) {
    lines.push(`  Note over p0: ${escapeLabel(translate(language, "diagram.earlier", { count: left }))}`)
  }
  const mermaid = `${lines.join("\n")}\n`
  const twin = joinSentences(
    language,
    steps.map((step, index) => stepSentence(step, index + 1, language)),
  )
  return { mermaid, structure: mermaid, labels: {}, twin, empty: false }
}

/** Clients left, then brokers, then controllers: requests run to the right, replication between brokers. */
function orderParties(steps: readonly SequenceStep[]): TraceParty[] {
  const rank = (party: string) => ["client", "broker", "controller"].indexOf(party.split(":")[0] ?? "")
  const present = new Set(steps.flatMap(({ from, to }) => [from, to]))
  return [...present].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true }))
}

export function partyName(party: TraceParty, language: CatalogueLanguage): string {
  const id = party.slice(party.indexOf(":") + 1)
  if (party.startsWith("broker:")) return translate(language, "diagram.broker", { id })
  if (party.startsWith("controller:")) return translate(language, "diagram.controller", { id })
  return id
}

function stepText(step: SequenceStep, language: CatalogueLanguage): string {
  const parts = [
    step.api,
    step.place,
    step.kind === "reply" ? "" : step.facts,
    step.kind === "request" ? "" : step.answer,
  ]
  const text = parts.filter((part) => part !== "").join(" ")
  const notes = [
    step.count > 1 ? translate(language, "diagram.repeated", { count: step.count }) : "",
    step.kind !== "request" && step.latencyMs >= 1
      ? translate(language, "diagram.latency", { ms: Math.round(step.latencyMs) })
      : "",
    step.dropped && step.kind !== "request" ? translate(language, "diagram.replyLost") : "",
  ].filter((note) => note !== "")
  if (notes.length === 0) return text
  return language === "en" ? `${text} (${notes.join(", ")})` : `${text}（${notes.join("，")}）`
}

function stepSentence(step: SequenceStep, number: number, language: CatalogueLanguage): string {
  const values = { number, from: partyName(step.from, language), to: partyName(step.to, language) }
  return translate(language, "twin.step", { ...values, text: stepText(step, language) })
}
