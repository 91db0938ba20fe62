import { describe, expect, test } from "vitest"
import { onMetadata } from "../../../src/cluster/api/03_metadata"
import { RequestAccess } from "../../../src/cluster/state/access"
import { metadata } from "../../../src/protocol/api/03_metadata"
import { decodeResponse, encodeResponse } from "../../../src/protocol/frame"
import { zeroUuid } from "../../../src/protocol/schema"
import { type Situation, servicesFor } from "./servicesForTest"

const orders = { name: "orders", id: "b3JkZXJzLW9yZGVycy1vcg", partitions: [{}, { leader: 3 }] }
const named = (...names: string[]) => names.map((name) => ({ name, topicId: zeroUuid }))

describe("Metadata", () => {
  test("names live brokers by the listener that was asked, topics with their leaders, and a live controller", async () => {
    const answer = await ask({ version: 12, topics: [orders], down: [2] }, named("orders"))
    expect({ ...answer, controllerId: [1, 3].includes(answer.controllerId) }).toMatchObject({
      controllerId: true,
      clusterId: "a-cluster-of-the-tests",
      brokers: [
        { nodeId: 1, host: "127.0.0.1", port: 9091 },
        { nodeId: 3, host: "127.0.0.1", port: 9093 },
      ],
      topics: [
        {
          errorCode: 0,
          name: "orders",
          topicId: orders.id,
          isInternal: false,
          partitions: [
            { errorCode: 0, leaderId: 1, leaderEpoch: 4, replicaNodes: [1, 2, 3], offlineReplicas: [2] },
            { errorCode: 0, leaderId: 3, leaderEpoch: 4, replicaNodes: [1, 2, 3], offlineReplicas: [2] },
          ],
        },
      ],
    })
  })

  test("takes an empty list for all topics in v0 and for none after", async () => {
    const count = async (version: number, topics: ReturnType<typeof named> | null) =>
      (await ask({ version, topics: [orders] }, topics)).topics.length
    expect([await count(0, []), await count(1, []), await count(1, null), await count(12, null)]).toEqual([1, 0, 1, 1])
  })

  test("tells v0 of a broken replica by leaving it out, later versions by naming it", async () => {
    const partitions = async (version: number) =>
      (await ask({ version, topics: [orders], down: [2] }, named("orders"))).topics[0]?.partitions[0]
    expect([await partitions(0), await partitions(5)]).toMatchObject([
      { errorCode: 9, replicaNodes: [1, 3], isrNodes: [1, 3] },
      { errorCode: 0, replicaNodes: [1, 2, 3], isrNodes: [1, 2, 3], offlineReplicas: [2] },
    ])
  })

  test("says why a leader cannot be reached: none, down, or not on this listener", async () => {
    const topic = { ...orders, partitions: [{ leader: -1 }, { leader: 2 }, { leader: 3 }] }
    const situation: Situation = { version: 12, topics: [topic], down: [2], listener: "OUTER" }
    const answer = await ask(situation, named("orders"))
    const older = await ask({ ...situation, version: 5 }, named("orders"))
    const codes = [answer, older].map(({ topics }) => topics[0]?.partitions.map(({ errorCode }) => errorCode))
    expect([codes, answer.brokers]).toEqual([
      [
        [5, 5, 72],
        [5, 5, 5],
      ],
      [{ nodeId: 1, host: "outer.example", port: 9191, rack: null }],
    ])
  })

  test("refuses unknown, impossible and forbidden names and unknown ids", async () => {
    const acl = new RequestAccess((_operation, _type, name) => name !== "secret")
    const topics = [
      ...named("missing", "bad name", "secret"),
      { name: null, topicId: "dW5rbm93bi10b3BpYy1pZA" },
      { name: null, topicId: orders.id },
    ]
    const configured = { "auto.create.topics.enable": "false" }
    const answer = await ask({ version: 12, topics: [orders], acl, configured }, topics)
    expect(answer.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ["missing", 3],
      ["bad name", 17],
      ["secret", 29],
      [null, 100],
      ["orders", 0],
    ])
  })

  test("has a missing topic created when that is allowed, and tells the client to ask again", async () => {
    const asked: unknown[] = []
    const configured = { "num.partitions": "4", "default.replication.factor": "2" }
    const allowed = await ask({ version: 12, configured, asked }, named("missing"))
    const refused = await ask({ version: 12, configured, asked }, named("missing"), false)
    const tooMany = await ask(
      { version: 12, asked, configured: { "default.replication.factor": "4" } },
      named("missing"),
    )
    expect([allowed, refused, tooMany].map(({ topics }) => topics[0]?.errorCode)).toEqual([3, 3, 38])
    const topic = { name: "missing", numPartitions: 4, replicationFactor: 2, configs: [] }
    expect(asked).toEqual([{ api: "CreateTopics", body: { topics: [topic], timeoutMs: 30_000 } }])
  })

  test("tells what may be done to a topic only when asked", async () => {
    const situation: Situation = { version: 10, topics: [orders] }
    const operations = async (includeTopicAuthorizedOperations: boolean) => {
      const request = { topics: named("orders"), allowAutoTopicCreation: false, includeTopicAuthorizedOperations }
      const answer = await onMetadata.handle(request, servicesFor(situation))
      return (answer as { topics: { topicAuthorizedOperations?: number }[] }).topics[0]?.topicAuthorizedOperations
    }
    // Read 3, write 4, create 5, delete 6, alter 7, describe 8, describe configs 10, alter configs 11.
    expect([await operations(false), await operations(true)]).toEqual([undefined, 0b1101_1111_1000])
  })
})

async function ask(
  situation: Situation,
  topics: readonly { name: string | null; topicId: string }[] | null,
  allowAutoTopicCreation = true,
) {
  const request = { topics, allowAutoTopicCreation, includeTopicAuthorizedOperations: false }
  const answer = await onMetadata.handle(request, servicesFor(situation))
  // Through the wire: what a client of that version can see of it.
  const frame = encodeResponse(metadata, situation.version, 7, answer as never)
  return decodeResponse(metadata, situation.version, frame.subarray(4)).body
}
