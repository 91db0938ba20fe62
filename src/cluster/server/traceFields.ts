import type { produce } from "../../protocol/api/00_produce"
import type { fetch } from "../../protocol/api/01_fetch"
import type { listOffsets } from "../../protocol/api/02_listOffsets"
import type { offsetCommit } from "../../protocol/api/08_offsetCommit"
import type { offsetFetch } from "../../protocol/api/09_offsetFetch"
import type { RequestOf, ResponseInput } from "../../protocol/schema"

type Fields = Readonly<Record<string, string | number | boolean>>

/** What a trace entry tells of one request beside its header. */
export interface TracedRequest {
  readonly topic?: string
  readonly partition?: number
  readonly fields: Fields
}

/** A topic's name by its id, for versions that no longer carry names. */
export type TopicName = (topicId: string) => string | undefined

/** Scalars that tell something wherever they stand at the top of a request or of its response. */
const TELLING_FIELDS = [
  "groupId",
  "memberId",
  "generationId",
  "generationIdOrMemberEpoch",
  "memberEpoch",
  "transactionalId",
  "producerId",
  "producerEpoch",
  "committed",
  "key",
  "keyType",
  "leader",
  "nodeId",
  "protocolName",
  "transactionTimeoutMs",
  "brokerId",
  "epoch",
] as const

/** The few fields of a request and its response that matter, by API. */
export function traceFields(apiName: string, request: unknown, response: unknown, topicName: TopicName): TracedRequest {
  switch (apiName) {
    case "Produce":
      return produceFields(
        request as RequestOf<typeof produce>,
        response as ResponseInput<typeof produce> | undefined,
        topicName,
      )
    case "Fetch":
      return fetchFields(
        request as RequestOf<typeof fetch>,
        response as ResponseInput<typeof fetch> | undefined,
        topicName,
      )
    case "ListOffsets":
      return listOffsetsFields(
        request as RequestOf<typeof listOffsets>,
        response as ResponseInput<typeof listOffsets> | undefined,
      )
    case "OffsetFetch":
      return offsetFetchFields(
        request as RequestOf<typeof offsetFetch>,
        response as ResponseInput<typeof offsetFetch> | undefined,
      )
    case "OffsetCommit":
      return offsetCommitFields(request as RequestOf<typeof offsetCommit>)
    default:
      return { ...firstTopic(request, topicName), fields: { ...tellingFields(request), ...tellingFields(response) } }
  }
}

function produceFields(
  request: RequestOf<typeof produce>,
  response: ResponseInput<typeof produce> | undefined,
  topicName: TopicName,
): TracedRequest {
  const topic = request.topicData[0]
  const partition = topic?.partitionData[0]
  const answer = response?.responses?.[0]?.partitionResponses?.[0]
  const fields: Record<string, string | number | boolean> = { acks: request.acks }
  if (request.transactionalId !== null) fields.transactionalId = request.transactionalId
  if (partition?.records) Object.assign(fields, batchFields(partition.records))
  if (answer?.baseOffset !== undefined && !answer.errorCode) fields.baseOffset = answer.baseOffset
  const partitions = request.topicData.reduce((sum, { partitionData }) => sum + partitionData.length, 0)
  if (partitions > 1) fields.partitions = partitions
  return { ...place(nameOf(topic?.name, topic?.topicId, topicName), partition?.index), fields }
}

function fetchFields(
  request: RequestOf<typeof fetch>,
  response: ResponseInput<typeof fetch> | undefined,
  topicName: TopicName,
): TracedRequest {
  // The partition that brought something tells more than the first.
  const fed = response?.responses?.find(({ partitions }) => partitions?.some(({ records }) => records?.length))
  const fedPartition = fed?.partitions?.find(({ records }) => records?.length)
  const asked = request.topics.find(({ topic, topicId }) => !fed || (topic ?? topicId) === (fed.topic ?? fed.topicId))
  const partition =
    asked?.partitions.find(({ partition }) => partition === fedPartition?.partitionIndex) ??
    (fed ? undefined : asked?.partitions[0])
  const answer = fedPartition ?? response?.responses?.[0]?.partitions?.[0]
  const fields: Record<string, string | number | boolean> = { maxWaitMs: request.maxWaitMs }
  if (partition) fields.fetchOffset = partition.fetchOffset
  if (request.isolationLevel === 1) fields.isolation = "read_committed"
  if (answer?.highWatermark !== undefined) fields.highWatermark = answer.highWatermark
  fields.bytes = answer?.records?.length ?? 0
  // A fetch session (KIP-227) leaves out of its requests what has not changed: then only the answer names the place.
  const named = fed ?? asked
  return {
    ...place(nameOf(named?.topic, named?.topicId, topicName), fedPartition?.partitionIndex ?? partition?.partition),
    fields,
  }
}

function listOffsetsFields(
  request: RequestOf<typeof listOffsets>,
  response: ResponseInput<typeof listOffsets> | undefined,
): TracedRequest {
  const topic = request.topics[0]
  const partition = topic?.partitions[0]
  const answer = response?.topics?.[0]?.partitions?.[0]
  const fields: Record<string, string | number | boolean> = {}
  if (partition) fields.timestamp = partition.timestamp
  if (answer?.offset !== undefined) fields.offset = answer.offset
  return { ...place(topic?.name, partition?.partitionIndex), fields }
}

/** Since version 8 the topics stand below their group (KIP-709). */
function offsetFetchFields(
  request: RequestOf<typeof offsetFetch>,
  response: ResponseInput<typeof offsetFetch> | undefined,
): TracedRequest {
  const group = request.groups?.[0]
  const topic = (group?.topics ?? request.topics)?.[0]
  const answer = (response?.groups?.[0]?.topics ?? response?.topics)?.[0]?.partitions?.[0]
  const fields: Record<string, string | number | boolean> = { ...tellingFields(request) }
  if (group) fields.groupId = group.groupId
  if (answer?.committedOffset !== undefined) fields.offset = answer.committedOffset
  return { ...place(topic?.name, topic?.partitionIndexes[0]), fields }
}

function offsetCommitFields(request: RequestOf<typeof offsetCommit>): TracedRequest {
  const topic = request.topics[0]
  const partition = topic?.partitions[0]
  const fields: Record<string, string | number | boolean> = { ...tellingFields(request) }
  if (partition) fields.offset = partition.committedOffset
  return { ...place(topic?.name, partition?.partitionIndex), fields }
}

/** From the header of the first batch (RecordBatch v2): bytes 43 producer id, 51 epoch, 53 sequence, 57 count. */
function batchFields(records: Buffer): Fields {
  if (records.length < 61 || records.readInt8(16) !== 2) return {}
  const fields: Record<string, number> = { records: records.readInt32BE(57) }
  const producerId = Number(records.readBigInt64BE(43))
  if (producerId >= 0) {
    fields.producerId = producerId
    fields.producerEpoch = records.readInt16BE(51)
    fields.sequence = records.readInt32BE(53)
  }
  return fields
}

function tellingFields(message: unknown): Fields {
  if (typeof message !== "object" || message === null) return {}
  const found: Record<string, string | number | boolean> = {}
  for (const name of TELLING_FIELDS) {
    const value = (message as Readonly<Record<string, unknown>>)[name]
    if (typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value !== "")) {
      found[name] = value
    }
  }
  return found
}

interface MaybeTopic {
  readonly name?: string | null
  readonly topic?: string
  readonly topicId?: string
}

function firstTopic(request: unknown, topicName: TopicName): { topic?: string; partition?: number } {
  const topics = (request as { readonly topics?: unknown } | undefined)?.topics
  const first = Array.isArray(topics) ? (topics[0] as MaybeTopic | string | undefined) : undefined
  if (typeof first === "string") return place(first, undefined)
  if (first === undefined || typeof first !== "object") return {}
  return place(nameOf(first.name ?? first.topic, first.topicId, topicName), undefined)
}

function nameOf(name: string | undefined, topicId: string | undefined, topicName: TopicName): string | undefined {
  if (name) return name
  return topicId === undefined ? undefined : topicName(topicId)
}

function place(topic: string | undefined, partition: number | undefined): { topic?: string; partition?: number } {
  return { ...(topic === undefined ? {} : { topic }), ...(partition === undefined ? {} : { partition }) }
}
