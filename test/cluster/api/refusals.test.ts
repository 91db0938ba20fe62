import { expect, it } from "vitest"
import { onListOffsets } from "../../../src/cluster/api/02_listOffsets"
import { onDeleteTopics } from "../../../src/cluster/api/20_deleteTopics"
import { onInitProducerId } from "../../../src/cluster/api/22_initProducerId"
import { decideElectLeaders } from "../../../src/cluster/state/controller/electLeaders"
import type { listOffsets } from "../../../src/protocol/api/02_listOffsets"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { type ResponseInput, zeroUuid } from "../../../src/protocol/schema"
import { servicesFor } from "./servicesForTest"

/** What Apache Kafka 4.1 refuses whatever the cluster is like; found by the differential scenarios. */

const orders = { name: "orders", id: "b2JjZGVmZ2hpamtsbW5vcA", partitions: [{}] }

it("deletes no topic that a request names twice, and asks the controller for the others", async () => {
  const asked: { body: { topics: unknown[] } }[] = []
  const controller = () => ({ responses: [{ name: "other", topicId: zeroUuid, errorCode: 0 }] })
  const services = servicesFor({ version: 5, topics: [orders], asked, controller })
  const request = { topics: [], topicNames: ["orders", "orders", "other"], timeoutMs: 1_000 }
  const answer = await onDeleteTopics.handle(request, services)
  expect([answer, asked.map(({ body }) => body.topics)]).toMatchObject([
    {
      responses: [
        { name: "other", errorCode: ErrorCode.None },
        { name: "orders", errorCode: ErrorCode.InvalidRequest },
      ],
    },
    [[{ name: "other" }]],
  ])
})

it("lists no offset for a negative timestamp that stands for nothing, or that the version does not know", async () => {
  const answers = [9, 6].map(async (version) => {
    const partitions = [-9, -3].map((timestamp, partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: -1,
      timestamp,
      maxNumOffsets: 1,
    }))
    const topics = [{ name: "orders", partitions }]
    const request = { replicaId: -1, isolationLevel: 0, timeoutMs: 0, topics }
    const answer = await onListOffsets.handle(request, servicesFor({ version, topics: [orders] }))
    const { topics: found = [] } = answer as ResponseInput<typeof listOffsets>
    return found[0]?.partitions?.map(({ errorCode }) => errorCode)
  })
  expect(await Promise.all(answers)).toEqual([
    [ErrorCode.UnsupportedVersion, ErrorCode.NotLeaderOrFollower],
    [ErrorCode.UnsupportedVersion, ErrorCode.UnsupportedVersion],
  ])
})

it("gives no producer id to whoever names an epoch without one", async () => {
  const request = { transactionalId: null, transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: 1 }
  expect(await onInitProducerId.handle(request, servicesFor({ version: 4 }))).toMatchObject({
    errorCode: ErrorCode.InvalidRequest,
    producerId: -1,
  })
})

it("holds no election of a kind that there is not", () => {
  const request = { electionType: 7, topicPartitions: [{ topic: "orders", partitions: [0] }], timeoutMs: 1_000 }
  const { records, response } = decideElectLeaders({} as never, request)
  expect([records, response]).toMatchObject([
    [],
    {
      errorCode: ErrorCode.InvalidRequest,
      replicaElectionResults: [{ topic: "orders", partitionResult: [{ errorCode: ErrorCode.InvalidRequest }] }],
    },
  ])
})
