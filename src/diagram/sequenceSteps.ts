import type { TraceEntry, TraceParty } from "../contract/trace"
import { errorName } from "./errorName"
import { type Moment, selectMoments } from "./selectMoments"

/** More arrows than this are no picture any more. */
const SHOWN_STEPS = 40
const FIRST_COMMIT_WITH_MEMBER_EPOCHS = 9

/** One arrow. A request whose answer came before anything else happened than more of the same is one arrow, `both`. */
export interface SequenceStep {
  readonly kind: "request" | "reply" | "both"
  readonly from: TraceParty
  readonly to: TraceParty
  readonly api: string
  /** "topic-partition", or nothing. */
  readonly place: string
  /** What was asked, in short. */
  readonly facts: string
  /** What was answered, in short; the error where there is one. */
  readonly answer: string
  readonly error: string
  readonly latencyMs: number
  readonly dropped: boolean
  /** How often the same happened in a row. */
  readonly count: number
}

/** The arrows of a recording in the order of time, background left out, repeats collapsed; how many do not fit. */
export function sequenceSteps(entries: readonly TraceEntry[]): { steps: SequenceStep[]; left: number } {
  const moments = selectMoments(entries)
  const steps: SequenceStep[] = []
  const answeredAtOnce = new Set<TraceEntry>()
  for (const [index, { kind, entry }] of moments.entries()) {
    if (kind === "reply" && answeredAtOnce.has(entry)) continue
    const isAnsweredAtOnce = kind === "request" && isReplyNext(entry, moments.slice(index + 1))
    if (isAnsweredAtOnce) answeredAtOnce.add(entry)
    addStep(steps, stepOf(isAnsweredAtOnce ? "both" : kind, entry))
  }
  return { steps: steps.slice(0, SHOWN_STEPS), left: Math.max(0, steps.length - SHOWN_STEPS) }
}

/** Whether the reply comes before anything else but what was asked with it: a client may ask the same several times at once. */
function isReplyNext(entry: TraceEntry, later: readonly Moment[]): boolean {
  const next = later.find((moment) => moment.entry === entry || !isAlike(moment.entry, entry))
  return next?.entry === entry
}

function isAlike(one: TraceEntry, other: TraceEntry): boolean {
  return one.api === other.api && one.from === other.from && one.to === other.to && one.topic === other.topic
}

function stepOf(kind: SequenceStep["kind"], entry: TraceEntry): SequenceStep {
  const error = entry.errorCode ? errorName(entry.errorCode) : ""
  const { asked, answered } = shortFacts(entry)
  const isReply = kind === "reply"
  return {
    kind,
    from: isReply ? entry.to : entry.from,
    to: isReply ? entry.from : entry.to,
    api: entry.api,
    place:
      entry.topic === undefined ? "" : `${entry.topic}${entry.partition === undefined ? "" : `-${entry.partition}`}`,
    facts: asked,
    answer: error || answered,
    error,
    latencyMs: entry.latencyMs,
    dropped: entry.dropped === true,
    count: 1,
  }
}

/** Repeats go into one arrow, also where several parties repeat in turn: a follower's idle fetches, heartbeats. */
function addStep(steps: SequenceStep[], step: SequenceStep): void {
  for (let index = steps.length - 1; index >= 0; index--) {
    const earlier = steps[index]
    if (!earlier) break
    if (isSame(earlier, step)) {
      steps[index] = { ...earlier, count: earlier.count + 1, latencyMs: Math.max(earlier.latencyMs, step.latencyMs) }
      return
    }
    if (!isIdle(earlier) || !isIdle(step)) break
  }
  steps.push(step)
}

function isSame(a: SequenceStep, b: SequenceStep): boolean {
  return (
    a.kind === b.kind &&
    a.from === b.from &&
    a.to === b.to &&
    a.api === b.api &&
    a.place === b.place &&
    a.answer === b.answer &&
    a.dropped === b.dropped &&
    (a.facts === b.facts || isIdle(a))
  )
}

/** Something that goes on all the time and told nothing. */
function isIdle(step: SequenceStep): boolean {
  if (step.error !== "") return false
  return (
    /Heartbeat$/.test(step.api) || (step.api === "Fetch" && !/\bbytes\b/.test(step.answer)) || step.api === "Metadata"
  )
}

/** The facts worth an arrow's width: what the request asked, and what came back. */
function shortFacts({ api, version, fields }: TraceEntry): { asked: string; answered: string } {
  const pick = (names: readonly string[]) =>
    names.flatMap((name) => {
      const value = fields[name]
      if (value === undefined || value === "" || (name === "bytes" && value === 0)) return []
      return [`${shortNameOf(name, version)}=${name === "acks" && value === -1 ? "all" : value}`]
    })
  // The offset of a commit is what the client says; everywhere else it is what the broker answers.
  const isCommit = api === "OffsetCommit"
  return {
    asked: pick(isCommit ? [...askedFields, "offset"] : askedFields).join(" "),
    answered: pick(isCommit ? [] : answeredFields)
      .map((fact) => `→ ${fact}`)
      .join(" "),
  }
}

/** What a commit names so is a generation, unless its version knows members with epochs of their own (KIP-848). */
function shortNameOf(field: string, version: number): string {
  const isGeneration = field === "generationIdOrMemberEpoch" && version < FIRST_COMMIT_WITH_MEMBER_EPOCHS
  return shortNames[isGeneration ? "generationId" : field] ?? field
}

const askedFields = [
  "key",
  "acks",
  "records",
  "producerId",
  "producerEpoch",
  "sequence",
  "fetchOffset",
  "timestamp",
  "generationId",
  "generationIdOrMemberEpoch",
  "memberEpoch",
  "committed",
]
const answeredFields = ["baseOffset", "bytes", "offset"]
const shortNames: Readonly<Record<string, string>> = {
  baseOffset: "offset",
  fetchOffset: "from",
  producerId: "pid",
  producerEpoch: "epoch",
  generationIdOrMemberEpoch: "epoch",
  generationId: "generation",
  memberEpoch: "epoch",
}
