import type { TraceEntry, TraceParty } from "../contract/trace"
import { type CatalogueLanguage, joinSentences, translate, translateList } from "../l10n/catalogue"
import { errorName } from "./errorName"
import { selectMoments } from "./selectMoments"
import { partyName } from "./sequence"

/** A recording with the name that the reader knows it by. */
export interface NamedRecording {
  readonly name: string
  readonly entries: readonly TraceEntry[]
}

/** A latency is a difference worth a sentence from here on, when it is also ten times the other's. */
const TELLING_LATENCY_MS = 100

/** What one of two recordings has and the other has not, and what took far longer, as a sentence each. */
export function compareSequences(left: NamedRecording, right: NamedRecording, language: CatalogueLanguage): string {
  const [before, after] = [tellingEntries(left.entries), tellingEntries(right.entries)]
  const byRole = (entry: TraceEntry) => stepName(entry, roleName, language)
  const byParty = (entry: TraceEntry) => stepName(entry, partyName, language)
  // Who takes part can only be compared where it is about the same topic: another one has other leaders.
  const topics = new Set(before.map(({ topic }) => topic))
  const isShared = ({ topic }: TraceEntry) => topics.has(topic) && after.some((entry) => entry.topic === topic)
  const differences = (a: readonly TraceEntry[], b: readonly TraceEntry[], nameOf: typeof byRole) => [
    ...onlyIn(left.name, a.map(nameOf), b.map(nameOf), language),
    ...onlyIn(right.name, b.map(nameOf), a.map(nameOf), language),
  ]
  const kinds = differences(before, after, byRole)
  const only = kinds.length > 0 ? kinds : differences(before.filter(isShared), after.filter(isShared), byParty)
  // Where the same was done, what came of it may tell the two apart.
  const offsets = only.length > 0 ? [] : otherOffsets(left.name, right.name, before, after, byRole, language)
  const sentences = [...only, ...offsets, ...slowerSteps(left.name, right.name, before, after, byRole, language)]
  return sentences.length === 0 ? translate(language, "twin.sameSteps") : joinSentences(language, sentences)
}

function tellingEntries(entries: readonly TraceEntry[]): TraceEntry[] {
  return [...new Set(selectMoments(entries).map(({ entry }) => entry))]
}

function onlyIn(
  record: string,
  mine: readonly string[],
  theirs: readonly string[],
  language: CatalogueLanguage,
): string[] {
  const steps = [...new Set(mine.filter((name) => !theirs.includes(name)))]
  return steps.length === 0
    ? []
    : [translate(language, "twin.onlyIn", { record, steps: steps.join(language === "en" ? ", " : "、") })]
}

/** A record that is written twice gets two offsets, one that is recognised the same one again. */
function otherOffsets(
  leftName: string,
  rightName: string,
  before: readonly TraceEntry[],
  after: readonly TraceEntry[],
  nameOf: (entry: TraceEntry) => string,
  language: CatalogueLanguage,
): string[] {
  const answered = (entries: readonly TraceEntry[]) => {
    const withOffset = entries.filter(({ interBroker, fields }) => !interBroker && fields.baseOffset !== undefined)
    return foldSteps(withOffset, nameOf, [] as number[], (offsets, { fields }) => [
      ...offsets,
      Number(fields.baseOffset),
    ])
  }
  const [earlier, later] = [answered(before), answered(after)]
  return [...earlier].flatMap(([step, offsets]) => {
    const others = later.get(step) ?? []
    if (offsets.join() === others.join()) return []
    const values = { step, left: leftName, right: rightName }
    const lists = { leftOffsets: translateList(language, offsets), rightOffsets: translateList(language, others) }
    return [translate(language, "twin.otherOffsets", { ...values, ...lists })]
  })
}

function slowerSteps(
  leftName: string,
  rightName: string,
  before: readonly TraceEntry[],
  after: readonly TraceEntry[],
  nameOf: (entry: TraceEntry) => string,
  language: CatalogueLanguage,
): string[] {
  // Of what clients wait for; a follower's fetch waits by intention.
  const longest = (entries: readonly TraceEntry[]) => {
    const awaited = entries.filter(({ interBroker, api }) => !interBroker && api !== "Fetch")
    return foldSteps(awaited, nameOf, 0, (latencyMs, entry) => Math.max(latencyMs, entry.latencyMs))
  }
  const [earlier, later] = [longest(before), longest(after)]
  return [...earlier].flatMap(([step, leftMs]) => {
    const rightMs = later.get(step)
    if (rightMs === undefined) return []
    const [low, high] = [Math.min(leftMs, rightMs), Math.max(leftMs, rightMs)]
    if (high < TELLING_LATENCY_MS || high < 10 * low) return []
    const values = { step, left: leftName, right: rightName, leftMs: Math.round(leftMs), rightMs: Math.round(rightMs) }
    return [translate(language, "twin.slower", values)]
  })
}

/** One value for all entries of a step, in the order of time. */
function foldSteps<Value>(
  entries: readonly TraceEntry[],
  nameOf: (entry: TraceEntry) => string,
  initial: Value,
  fold: (value: Value, entry: TraceEntry) => Value,
): Map<string, Value> {
  const values = new Map<string, Value>()
  for (const entry of entries) values.set(nameOf(entry), fold(values.get(nameOf(entry)) ?? initial, entry))
  return values
}

function stepName(
  entry: TraceEntry,
  nameOf: (party: TraceParty, language: CatalogueLanguage) => string,
  language: CatalogueLanguage,
): string {
  const parties = `${nameOf(entry.from, language)} → ${nameOf(entry.to, language)}`
  const error = entry.errorCode ? ` ${errorName(entry.errorCode)}` : ""
  return `${entry.api} ${parties}${error}`
}

function roleName(party: TraceParty, language: CatalogueLanguage): string {
  if (party.startsWith("broker:")) return translate(language, "twin.roleBroker")
  return translate(language, party.startsWith("controller:") ? "twin.roleController" : "twin.roleClient")
}
