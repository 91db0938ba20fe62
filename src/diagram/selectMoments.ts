import type { TraceEntry } from "../contract/trace"
import { ErrorCode } from "../protocol/errorCodes"

/** A request's arrow leaves at one moment, its answer's at another. */
export interface Moment {
  readonly kind: "request" | "reply"
  readonly atMs: number
  readonly entry: TraceEntry
}

/**
 * The moments of a recording that tell its story. What every cluster does all the time, whether anything happens or
 * not, is left out: heartbeats, the metadata log, handshakes, fetches that bring nothing. Where nothing else was
 * recorded, that is the story.
 */
export function selectMoments(entries: readonly TraceEntry[]): Moment[] {
  const requests = entries.filter(({ kind }) => kind === "request")
  const telling = selectTelling(momentsOf(requests.filter((entry) => !isBackground(entry))))
  return telling.length === 0 ? momentsOf(requests) : telling
}

export function isFed({ fields }: TraceEntry): boolean {
  return Number(fields.bytes ?? 0) > 0
}

function momentsOf(requests: readonly TraceEntry[]): Moment[] {
  return requests
    .flatMap((entry): Moment[] => [
      { kind: "request", atMs: entry.atMs, entry },
      ...(entry.isOpen ? [] : [{ kind: "reply" as const, atMs: entry.atMs + entry.latencyMs, entry }]),
    ])
    .sort(
      (a, b) =>
        a.atMs - b.atMs ||
        a.entry.sequence - b.entry.sequence ||
        Number(a.kind === "reply") - Number(b.kind === "reply"),
    )
}

function isBackground(entry: TraceEntry): boolean {
  const { api, topic, interBroker, errorCode } = entry
  if (api === "BrokerHeartbeat" || topic === "__cluster_metadata") return true
  if (api === "Fetch" && interBroker && topic?.startsWith("__")) return true
  // A follower asks for a new topic before that broker has heard of it, and asks again.
  if (interBroker && (errorCode === ErrorCode.UnknownTopicId || errorCode === ErrorCode.UnknownTopicOrPartition))
    return true
  // The answer of a dead broker, which its follower waits for no longer.
  if (interBroker && api === "Fetch" && entry.dropped) return true
  if (errorCode || entry.dropped) return false
  return api === "ApiVersions" || api === "Heartbeat" || (api === "Metadata" && topic === undefined)
}

/** Takes out what only tells something at times: fetches without records, and questions for metadata. */
function selectTelling(moments: readonly Moment[]): Moment[] {
  const justFed = new Set<string>()
  const informed = new Map<string, TraceEntry>()
  return moments.filter(({ kind, entry }) => {
    const place = `${entry.from} ${entry.topic} ${entry.partition}`
    if (kind === "reply" && (entry.errorCode || entry.dropped)) {
      // Whoever was refused, or heard nothing, has to ask anew where to go.
      for (const [known, { from }] of informed) if (from === entry.from) informed.delete(known)
    }
    if (entry.errorCode || entry.dropped) return true
    if (entry.api === "Metadata") {
      if (kind === "request" && !informed.has(place)) informed.set(place, entry)
      return informed.get(place) === entry
    }
    if (entry.api !== "Fetch") return true
    // The next fetch of a follower that was fed tells the leader how far it has come: its offset is the confirmation.
    if (kind === "request" && entry.interBroker && justFed.delete(place)) return true
    if (kind === "reply" && isFed(entry)) justFed.add(place)
    return isFed(entry)
  })
}
