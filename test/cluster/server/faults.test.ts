import { Kafka, logLevel, type Producer } from "kafkajs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runCommand } from "../../../src/cli/runCommand"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import type { PartitionSnapshot } from "../../../src/contract/snapshot"
import { type ControlClient, connectControl } from "../../../src/process/control"

let server: ClusterServer
let control: ControlClient
let kafka: Kafka
let producer: Producer

beforeAll(async () => {
  // Three voters: whichever node is killed, the quorum goes on.
  const options = parseOptions([
    "--profile",
    "lessons",
    "--controllers",
    "3",
    "--config",
    "replica.lag.time.max.ms=6000",
  ])
  server = await ClusterServer.start(options, () => {})
  control = await connectControl(server.address.control)
  kafka = new Kafka({
    clientId: "tester",
    brokers: server.address.bootstrap.split(","),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 60_000,
    retry: { initialRetryTime: 50, retries: 20 },
  })
  producer = kafka.producer({ allowAutoTopicCreation: false, metadataMaxAge: 500 })
  await producer.connect()
})

afterAll(async () => {
  await producer.disconnect()
  control.close()
  await server.stop()
})

describe("the control API, on a cluster that a client uses", () => {
  test("kills a leader from the command line under a running producer: another of the ISR leads in a new epoch, nothing acknowledged is lost, and the ISR fills again", async () => {
    const before = await createTopic("killed", { "min.insync.replicas": "2" })
    const acknowledged: string[] = []
    let isRunning = true
    const sending = (async () => {
      for (let index = 0; isRunning; index++) {
        await send("killed", -1, `record ${index}`)
        acknowledged.push(`record ${index}`)
      }
    })()
    const untilMore = async () => {
      const count = acknowledged.length
      while (acknowledged.length < count + 20) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await untilMore()
    expect(await command("kill", before.leader)).toBe(0)
    const during = await partition("killed", ({ isr }) => isr.length === 2)
    await untilMore()
    expect(await command("start", before.leader)).toBe(0)
    const after = await partition("killed", ({ isr }) => isr.length === 3)
    await untilMore()
    isRunning = false
    await sending
    // Without idempotence a record may be there twice: its reply was lost with the leader.
    const values = await readAll("killed", after.highWatermark, acknowledged.at(-1))
    expect({
      ledByIsr: before.isr.includes(during.leader) && during.leader !== before.leader,
      epochs: [before.leaderEpoch, during.leaderEpoch, after.leaderEpoch],
      isr: [before.isr.length, during.isr.includes(before.leader), [...after.isr].sort()],
      leaderStays: after.leader === during.leader,
      lost: acknowledged.filter((value) => !values.includes(value)),
    }).toEqual({
      ledByIsr: true,
      epochs: [0, 1, 1],
      isr: [3, false, [1, 2, 3]],
      leaderStays: true,
      lost: [],
    })
  })

  test("loses nothing that acks=all acknowledged when followers are frozen and the leader is killed", async () => {
    const { leader } = await createTopic("kept", { "min.insync.replicas": "2" })
    await send("kept", -1, "safe")
    const followers = [1, 2, 3].filter((broker) => broker !== leader)
    for (const broker of followers) await control.request("replica/freeze", { broker, topic: "kept", partition: 0 })
    let isAcknowledged = false
    const sent = send("kept", -1, "asked for again").then(() => {
      isAcknowledged = true
    })
    await partition("kept", ({ logEnd }) => logEnd[leader] === 2)
    const atOnce = isAcknowledged
    await control.request("node/kill", { id: leader })
    for (const broker of followers) await control.request("replica/unfreeze", { broker, topic: "kept", partition: 0 })
    await sent
    await control.request("node/start", { id: leader })
    const { highWatermark } = await partition(
      "kept",
      ({ isr, highWatermark }) => isr.length === 3 && highWatermark === 2,
    )
    expect([atOnce, await readAll("kept", highWatermark)]).toEqual([false, ["safe", "asked for again"]])
  })

  test("loses what acks=1 acknowledged when followers are frozen and the leader is killed", async () => {
    const { leader } = await createTopic("lost", {})
    await send("lost", -1, "safe")
    for (const broker of [1, 2, 3]) {
      if (broker !== leader) await control.request("replica/freeze", { broker, topic: "lost", partition: 0 })
    }
    const [acknowledged] = await send("lost", 1, "gone")
    await control.request("node/kill", { id: leader })
    await partition("lost", (now) => now.leader !== leader && now.leader >= 0)
    const [again] = await send("lost", 1, "instead")
    expect([acknowledged?.baseOffset, again?.baseOffset]).toEqual(["1", "1"])
    for (const broker of [1, 2, 3]) {
      if (broker !== leader) await control.request("replica/unfreeze", { broker, topic: "lost", partition: 0 })
    }
    await control.request("node/start", { id: leader })
    await partition("lost", ({ isr }) => isr.length === 3)
    expect(await readAll("lost", 2)).toEqual(["safe", "instead"])
  })

  test("takes a frozen follower out of the ISR and lets it back in, and refuses acks=all meanwhile", async () => {
    const { leader, leaderEpoch } = await createTopic("frozen", { "min.insync.replicas": "3" })
    const follower = [1, 2, 3].find((id) => id !== leader) ?? -1
    await control.request("replica/freeze", { broker: follower, topic: "frozen", partition: 0 })
    // A follower that has everything stays: only one that lacks something falls behind.
    await send("frozen", 1, "behind")
    const shrunk = await partition("frozen", ({ isr }) => !isr.includes(follower))
    const impatient = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } })
    await impatient.connect()
    const refusal = await impatient
      .send({ topic: "frozen", acks: -1, messages: [{ value: "refused" }] })
      .catch((error: { type?: string; cause?: { type?: string } }) => error.type ?? error.cause?.type)
    await impatient.disconnect()
    await control.request("replica/unfreeze", { broker: follower, topic: "frozen", partition: 0 })
    const grown = await partition("frozen", ({ isr }) => isr.length === 3)
    expect([refusal, shrunk.highWatermark, grown.highWatermark, grown.leaderEpoch]).toEqual([
      "NOT_ENOUGH_REPLICAS",
      0,
      1,
      leaderEpoch,
    ])
  })

  test("rolls and retains by hand: closed segments go, the head stays", async () => {
    await createTopic("retained", { "retention.ms": "1" })
    await send("retained", -1, "old")
    await control.request("log/roll", { topic: "retained" })
    await send("retained", -1, "new")
    await control.request("log/roll", { topic: "retained" })
    const rolled = await partition("retained", () => true)
    await control.request("log/retain", { topic: "retained" })
    const retained = await partition("retained", ({ logStart }) => logStart === 2)
    expect([rolled.segments.map(({ base, closed }) => [base, closed]).at(-1), retained.highWatermark]).toEqual([
      [2, false],
      2,
    ])
  })

  test("holds a paused broker and a cut client link until they are mended", async () => {
    const { leader } = await createTopic("held", {})
    for (const [breakIt, mendIt] of [
      [() => control.request("node/pause", { id: leader }), () => control.request("node/resume", { id: leader })],
      [
        () => control.request("link/cut", { a: "clients", b: leader }),
        () => control.request("link/heal", { a: "clients", b: leader }),
      ],
    ] as const) {
      await breakIt()
      let isSent = false
      const sent = send("held", 1, "waits").then(() => {
        isSent = true
      })
      await new Promise((resolve) => setTimeout(resolve, 150))
      const meanwhile = isSent
      await mendIt()
      await sent
      expect(meanwhile).toBe(false)
    }
  })

  test("says no in a sentence", async () => {
    const refusal = (request: Promise<unknown>) => request.then(String, (error: Error) => error.message)
    expect([
      await refusal(control.request("node/kill", { id: 9 })),
      await refusal(control.request("node/start", { id: 1 })),
      await refusal(control.request("replica/freeze", { broker: 1, topic: "none", partition: 0 })),
      await refusal(control.request("disk/lose", { broker: 1 })),
      await refusal(control.request("requests/drop", { api: "Producer", count: 1 })),
      await refusal(control.request("cluster/configure", { key: "replica.lag.time.max.ms", value: "1" })),
      await refusal(control.request("log/roll", { topic: "none" })),
      await refusal(control.request("link/cut", { a: 1, b: 1 })),
    ]).toEqual([
      "There is no node 9: they are 1, 2, 3.",
      "Node 1 is running.",
      "Broker 1 holds no replica of none-0.",
      "Node 1 is running: only a node that is down can lose its disk.",
      'There is no API "Producer".',
      "replica.lag.time.max.ms can only be set at the start of a cluster (--config).",
      "There is no topic none.",
      "A link has two ends.",
    ])
  })
})

async function createTopic(topic: string, configs: Readonly<Record<string, string>>): Promise<PartitionSnapshot> {
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
  await admin.createTopics({
    topics: [{ topic, numPartitions: 1, replicationFactor: 3, configEntries }],
    waitForLeaders: true,
  })
  await admin.disconnect()
  return partition(topic, ({ isr }) => isr.length === 3)
}

function send(topic: string, acks: number, value: string) {
  return producer.send({ topic, acks, messages: [{ value }] })
}

/** The topic's one partition as soon as it is as it should be. */
async function partition(topic: string, isRight: (now: PartitionSnapshot) => boolean): Promise<PartitionSnapshot> {
  for (;;) {
    const { snapshot } = await control.request("cluster/subscribe", { detail: "full", topics: [topic] })
    const now = snapshot.topics[topic]?.partitions[0]
    if (now && isRight(now)) return now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function command(verb: string, node: number): Promise<number> {
  return runCommand(["fault", "--control", server.address.control, verb, String(node)])
}

/** So many records, and on until `last` has come. */
async function readAll(topic: string, count: number, last?: string): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: `read-${topic}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const values: string[] = []
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value))
      if (values.length >= count && (last === undefined || values.includes(last))) resolve()
    }
    consumer.run({ eachMessage }).catch(reject)
  })
  await consumer.disconnect()
  return values
}
