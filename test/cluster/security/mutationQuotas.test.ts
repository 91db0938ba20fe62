import fc from "fast-check"
import { expect, test } from "vitest"
import { TokenBucket } from "../../../src/cluster/state/quota/tokenBucket"
import { metadata } from "../../../src/protocol/api/03_metadata"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"
import { createPartitions } from "../../../src/protocol/api/37_createPartitions"
import { alterClientQuotas } from "../../../src/protocol/api/49_alterClientQuotas"
import { errorName } from "../../../src/protocol/errorCodes"
import { VirtualCluster } from "../replication/virtualCluster"

const OVER = "THROTTLING_QUOTA_EXCEEDED"
/** Partitions a second, and what they add up to within Kafka's eleven windows of a second. */
const RATE = 2
const BURST = 22

/** A cluster whose clients may each change so many partitions a second; what was done, and the wait asked for. */
async function limited() {
  const world = await new VirtualCluster().start()
  const entity = [{ entityType: "client-id", entityName: "test" }]
  const ops = [{ key: "controller_mutation_rate", value: RATE, remove: false }]
  await world.request(1, alterClientQuotas, { entries: [{ entity, ops }], validateOnly: false })
  const create = async (counts: Record<string, number>, version = createTopics.versions[1]) => {
    const topics = Object.entries(counts).map(([name, numPartitions]) => ({
      name,
      numPartitions,
      replicationFactor: 1,
    }))
    const answer = await world.request(2, createTopics, { topics, timeoutMs: 1_000 }, version)
    return outcome(answer.topics, answer.throttleTimeMs)
  }
  const remove = async (name: string, version = deleteTopics.versions[1]) => {
    const body = version >= 6 ? { topics: [{ name }] } : { topicNames: [name] }
    const answer = await world.request(2, deleteTopics, { ...body, timeoutMs: 1_000 }, version)
    return outcome(answer.responses, answer.throttleTimeMs)
  }
  const extend = async (name: string, count: number, version = createPartitions.versions[1]) => {
    const body = { topics: [{ name, count, assignments: null }], timeoutMs: 1_000, validateOnly: false }
    const answer = await world.request(2, createPartitions, body, version)
    return outcome(answer.results, answer.throttleTimeMs)
  }
  return { world, create, remove, extend }
}

function outcome(
  answers: readonly { readonly name: string | null; readonly errorCode: number }[],
  throttleTimeMs: number,
): readonly [Record<string, string>, number] {
  const errors = answers.map(({ name, errorCode }) => [name ?? "", errorCode === 0 ? "ok" : errorName(errorCode)])
  return [Object.fromEntries(errors), throttleTimeMs]
}

test("a quota lets one request overdraw it, then refuses topic by topic until it has recovered", async () => {
  const { world, create } = await limited()
  const first = await create({ a: BURST, b: 2, c: 4 })
  const second = await create({ d: 1 })
  await world.clock.advance(1_000)
  const third = await create({ d: 1 })
  // b overdrew it by two: that takes a second, and c was refused meanwhile.
  expect([first, second, third]).toEqual([
    [{ a: "ok", b: "ok", c: OVER }, 1_000],
    [{ d: OVER }, 1_000],
    [{ d: "ok" }, 0],
  ])
})

test("deletions and new partitions count as well; older versions are done and slowed down", async () => {
  const { create, remove, extend } = await limited()
  expect([
    await create({ a: 10, b: 10 }),
    await extend("a", 14),
    await extend("a", 15, 3),
    await remove("b", 5),
    await extend("a", 15, 2),
    await create({ c: 1 }, 5),
    await remove("b", 4),
    await create({ a: 1, "?": 1 }),
  ]).toEqual([
    [{ a: "ok", b: "ok" }, 0],
    [{ a: "ok" }, 0],
    [{ a: OVER }, 1_000],
    [{ b: OVER }, 1_000],
    [{ a: "ok" }, 1_500],
    [{ c: "ok" }, 2_000],
    [{ b: "ok" }, 7_000],
    // What is refused for another reason does not ask for the quota.
    [{ a: "TOPIC_ALREADY_EXISTS", "?": "INVALID_TOPIC_EXCEPTION" }, 0],
  ])
})

test("a topic that a client's Metadata would create counts for that client", async () => {
  const { world, create } = await limited()
  await create({ a: BURST + 1 })
  const ask = () => world.request(1, metadata, { topics: [{ name: "b" }], allowAutoTopicCreation: true })
  await ask()
  await world.clock.advance(100)
  const before = world.cluster.metadata.topic("b")
  await world.clock.advance(1_000)
  await ask()
  await world.clock.advance(100)
  expect([before, world.cluster.metadata.topic("b")?.partitions.length]).toEqual([undefined, 1])
})

test("a bucket never gives more than its burst and what came back since", () => {
  const spending = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 40 }), passedMs: fc.nat(5_000) }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), spending, (rate, steps) => {
      const bucket = new TokenBucket(11_000)
      let nowMs = 1_700_000_000_000
      let spent = 0
      let passed = 0
      for (const { amount, passedMs } of steps) {
        nowMs += passedMs
        passed += passedMs
        if (bucket.tokens(rate, nowMs) < 0) continue
        bucket.spend(amount, rate, nowMs)
        spent += amount
        // The last request may overdraw it.
        expect(spent - amount).toBeLessThanOrEqual(rate * 11 + (rate * passed) / 1000 + 1e-6)
      }
    }),
  )
})
