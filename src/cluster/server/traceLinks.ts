import type { TraceParty } from "../../contract/trace"
import { firstErrorCode } from "../api/errorResponse"
import type { LinkExchange } from "../links"
import { CLUSTER_METADATA_TOPIC } from "../state/topicName"
import type { TraceDraft } from "./trace"
import { type TopicName, traceFields } from "./traceFields"

/** Requests that one broker sends to another; whatever else goes over the links is for a controller. */
const BETWEEN_BROKERS: ReadonlySet<string> = new Set([
  "AddPartitionsToTxn",
  "Fetch",
  "OffsetForLeaderEpoch",
  "WriteTxnMarkers",
])

/** Requests that controllers send to each other (KIP-595). */
const BETWEEN_CONTROLLERS: ReadonlySet<string> = new Set(["Vote", "BeginQuorumEpoch", "EndQuorumEpoch"])

/** A trace entry for what went from node to node. */
export function traceExchange(exchange: LinkExchange, topicName: TopicName): TraceDraft {
  const { api, version, body, response, sentMs, latencyMs, isOpen } = exchange
  const traced = traceFields(api.name, body, response, topicName)
  const errorCode = firstErrorCode(response)
  const isOfMetadata = traced.topic === CLUSTER_METADATA_TOPIC
  const toController = !BETWEEN_BROKERS.has(api.name) || isOfMetadata
  return {
    atMs: sentMs,
    kind: "request",
    from: party(BETWEEN_CONTROLLERS.has(api.name), exchange.from),
    to: party(toController, exchange.to),
    api: api.name,
    version,
    // Links carry requests by reference: there is no header that would number them.
    correlationId: -1,
    ...traced,
    latencyMs,
    ...(errorCode === 0 ? {} : { errorCode }),
    ...(isOpen ? { isOpen } : response === undefined ? { dropped: true } : {}),
    interBroker: true,
  }
}

function party(isController: boolean, id: number): TraceParty {
  return isController ? `controller:${id}` : `broker:${id}`
}
