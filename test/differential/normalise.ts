import { errorName } from "../../src/protocol/errorCodes"
import {
  baseOffset,
  batchesOf,
  decodeRecords,
  endTransactionMarker,
  isControl,
  lastOffset,
} from "../../src/protocol/recordBatch"

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What differs from run to run or from place to place, or is a sentence: never compared. */
const leftOut = new Set([
  "throttleTimeMs",
  "errorMessage",
  "batchIndexErrorMessage",
  "nodeEndpoints",
  "host",
  "port",
  "rack",
  "clusterId",
  // Metadata and DescribeCluster name a random broker that is up.
  "controllerId",
  "coordinatorEpoch",
  "clientHost",
  "documentation",
  "topicAuthorizedOperations",
  "clusterAuthorizedOperations",
  "authorizedOperations",
  "unknownTaggedFields",
])

/** Sets, though they travel as lists. */
const sets = new Set(["isrNodes", "offlineReplicas", "eligibleLeaderReplicas", "lastKnownElr"])

/** Names that a broker invents: the first that a scenario sees is number 1 of its kind. */
const invented: Readonly<Record<string, string>> = {
  producerId: "producer",
  topicId: "topic",
  memberId: "member",
  leader: "member",
  sessionId: "session",
}

/** Later than this is a time and not a number that somebody chose. */
const EARLIEST_TIME_MS = 1_000_000_000_000
const ZERO_UUID = "AAAAAAAAAAAAAAAAAAAAAA"

/** Turns answers into JSON that is the same for two clusters that behave the same. */
export class Normaliser {
  readonly #names = new Map<string, Map<string | number, string>>()

  normalise(value: unknown, name = ""): Json {
    if (name.endsWith("rrorCode") && typeof value === "number") return errorName(value)
    if (Buffer.isBuffer(value)) return name === "records" ? describeBatches(value) : printable(value)
    const kind = invented[name]
    if (kind !== undefined && (typeof value === "string" || typeof value === "number")) return this.#named(kind, value)
    if (typeof value === "number") return value > EARLIEST_TIME_MS ? "a time" : value
    if (value === null || value === undefined) return null
    if (typeof value === "string" || typeof value === "boolean") return value
    if (Array.isArray(value)) return this.#list(value, name)
    const entries = Object.entries(value).filter(([each]) => !leftOut.has(each))
    return Object.fromEntries(entries.map(([each, of]) => [each, this.normalise(of, each)]))
  }

  #list(values: readonly unknown[], name: string): Json {
    const all = values.map((each) => this.normalise(each))
    if (sets.has(name)) return [...all].sort()
    if (!all.some((each) => typeof each === "object")) return all
    return [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }

  #named(kind: string, value: string | number): Json {
    if (value === "" || value === -1 || value === ZERO_UUID) return value
    // Shorter than a UUID: the scenario's own choice.
    if (typeof value === "string" && value.length < ZERO_UUID.length) return value
    // A session id of 0 says that there is none; a leader that is a number is a broker.
    if (typeof value === "number" && (kind === "member" || (kind === "session" && value === 0))) return value
    const names = this.#names.get(kind) ?? new Map<string | number, string>()
    this.#names.set(kind, names)
    const known = names.get(value) ?? `${kind} ${names.size + 1}`
    names.set(value, known)
    return known
  }
}

function printable(bytes: Buffer): string {
  return bytes.toString("utf8").replaceAll(/[^\P{C}]/gu, "·")
}

function describeBatches(bytes: Buffer): Json {
  return [...batchesOf(bytes)].map((batch) => {
    if (isControl(batch)) return `${baseOffset(batch)}: ${endTransactionMarker(batch)?.type ?? "control"}`
    const records = decodeRecords(batch).map(({ offset, key, value }) => {
      const text = value === null ? "null" : value.length > 40 ? `${value.length} bytes` : value.toString("utf8")
      return key === null ? `${offset}: ${text}` : `${offset}: ${key.toString("utf8")}=${text}`
    })
    return records.length === 0 ? `${baseOffset(batch)}-${lastOffset(batch)}: empty` : records.join(", ")
  })
}
