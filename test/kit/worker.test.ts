import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { buildKernel } from "../kernel/kernelBundle"
import { startTestCluster, TestKit } from "./testCluster"

let cluster: Awaited<ReturnType<typeof startTestCluster>>
let bundle: Awaited<ReturnType<typeof buildKernel>>
let test: TestKit

beforeAll(async () => {
  bundle = await buildKernel()
  cluster = await startTestCluster()
})

beforeEach(() => {
  test = TestKit.of(cluster, { workerScript: bundle.path })
})

afterEach(() => test.close())

afterAll(async () => {
  await cluster.end()
  bundle.remove()
})

/** A worker that consumes, and tells every value it handled. */
function consume(topic: string, groupId: string) {
  return test.kit.startWorker(
    async ({ createConsumer, data, post }) => {
      const consumer = await createConsumer({ groupId: data.groupId, sessionTimeoutMs: 300_000 })
      await consumer.subscribe(data.topic, ({ value }) => post(value))
    },
    { topic, groupId },
  )
}

const isDone = (worker: { messages: readonly unknown[] }, value: string) => () => worker.messages.includes(value)

describe("startWorker", () => {
  it("consumes in a process of its own: stopped it leaves its group, killed it stays a member", async () => {
    const admin = await test.kit.createAdmin()
    const producer = await test.kit.createProducer()
    await admin.createTopic("jobs")
    await producer.send("jobs", { value: "one" })
    const membersOf = async (groupId: string) =>
      (await admin.kafkajs.describeGroups([groupId])).groups[0]?.members.length

    const stopped = await consume("jobs", "stopping")
    await test.kit.until(isDone(stopped, "one"))
    await stopped.stop()
    const afterStop = await membersOf("stopping")

    const killed = await consume("jobs", "killing")
    await test.kit.until(isDone(killed, "one"))
    await killed.kill()
    expect({ afterStop, afterKill: await membersOf("killing"), isOther: killed.pid !== process.pid }).toEqual({
      afterStop: 0,
      afterKill: 1,
      isOther: true,
    })
  })

  it("ends by itself when nothing is left to do, and tells the error of one that failed", async () => {
    const answers = await test.kit.startWorker(({ data, post }) => post(data * 2), 21)
    const { code } = await answers.ended
    const fails = await test.kit.startWorker(() => {
      throw new RangeError("out of work")
    })
    const { code: failed, error } = await fails.ended
    expect([code, answers.messages, failed, error]).toEqual([
      0,
      [42],
      1,
      expect.stringContaining("RangeError: out of work"),
    ])
  })
})
