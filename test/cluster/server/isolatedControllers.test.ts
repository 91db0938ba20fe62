import { Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, expect, test } from "vitest"
import { fault } from "../../../src/cli/fault"
import { BrokerConnection } from "../../../src/client/connection"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import type { ClusterSnapshot } from "../../../src/contract/snapshot"
import { topology } from "../../../src/diagram/topology"
import { type ControlClient, connectControl } from "../../../src/process/control"
import { metadata } from "../../../src/protocol/api/03_metadata"

let server: ClusterServer
let control: ControlClient
let kafka: Kafka

beforeAll(async () => {
  const options = ["--profile", "lessons", "--controllers", "3", "--roles", "isolated"]
  server = await ClusterServer.start(parseOptions(options), () => {})
  control = await connectControl(server.address.control)
  const patience = { connectionTimeout: 60_000, retry: { initialRetryTime: 50, retries: 20 } }
  kafka = new Kafka({ brokers: server.address.bootstrap.split(","), logLevel: logLevel.NOTHING, ...patience })
})

afterAll(async () => {
  control?.close()
  await server?.stop()
})

test("isolated controllers are nodes after the brokers, and no client's business", async () => {
  const { nodes, quorum } = await snapshot()
  const admin = kafka.admin()
  await admin.connect()
  const { brokers } = await admin.describeCluster()
  await admin.disconnect()
  const drawn = topology(await snapshot(), { kind: "topology" }, "en")
  expect({
    roles: Object.fromEntries(Object.entries(nodes).map(([id, { roles }]) => [id, roles])),
    voters: Object.keys(quorum?.voters ?? {}),
    leadsAlone: [4, 5, 6].includes(quorum?.leaderId ?? -1),
    brokers: brokers.map(({ nodeId }) => nodeId).sort(),
    drawn: [1, 2, 3, 4, 5, 6].map((id) => drawn.labels[`n${id}`]?.[0]),
  }).toEqual({
    roles: {
      ...{ 1: ["broker"], 2: ["broker"], 3: ["broker"] },
      ...{ 4: ["controller"], 5: ["controller"], 6: ["controller"] },
    },
    voters: ["4", "5", "6"],
    leadsAlone: true,
    brokers: [1, 2, 3],
    drawn: ["broker 1", "broker 2", "broker 3", "controller 4", "controller 5", "controller 6"],
  })
})

test("with the active controller dead another one leads; with two dead records go on and topics time out", async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: "orders", numPartitions: 1, replicationFactor: 3 }] })
  const producer = kafka.producer()
  await producer.connect()
  const send = async (value: string) =>
    (await producer.send({ topic: "orders", acks: -1, messages: [{ value }] }))[0]?.baseOffset

  const first = (await snapshot()).quorum
  await command("kill", first?.leaderId)
  const second = await until(({ quorum }) => quorum !== undefined && quorum.leaderId !== first?.leaderId)
  await admin.createTopics({ topics: [{ topic: "payments", numPartitions: 1, replicationFactor: 3 }] })

  await command("kill", second.quorum?.leaderId)
  const leaderless = await until(({ quorum }) => quorum === undefined)
  const offset = await send("goes on")
  const impatient = kafka.admin({ retry: { retries: 0 } })
  await impatient.connect()
  const refusal = await impatient
    .createTopics({ topics: [{ topic: "refunds", numPartitions: 1, replicationFactor: 3 }], timeout: 1_000 })
    .then(() => "created", namesOf)
  await impatient.disconnect()

  for (const dead of [first?.leaderId, second.quorum?.leaderId]) await command("start", dead)
  const third = await until(({ quorum }) => quorum !== undefined)
  await admin.createTopics({ topics: [{ topic: "late", numPartitions: 1, replicationFactor: 3 }] })
  const topics = await admin.listTopics()
  await producer.disconnect()
  await admin.disconnect()
  expect({
    epochsRise: [first, second.quorum, third.quorum].map((quorum) => quorum?.epoch ?? -1).every(isAbovePredecessor),
    states: Object.values(leaderless.nodes)
      .map(({ state }) => state)
      .sort(),
    offset,
    refusal,
    topics: ["orders", "payments", "late"].every((name) => topics.includes(name)),
  }).toEqual({
    epochsRise: true,
    states: ["dead", "dead", "running", "running", "running", "running"],
    offset: "0",
    refusal: ["REQUEST_TIMED_OUT"],
    topics: true,
  })
})

test("a broker that starts apart from its controllers answers nobody before it knows the topics", async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: "known", numPartitions: 1, replicationFactor: 3 }] })
  await admin.disconnect()
  await command("stop", 1)
  for (const controller of [4, 5, 6]) await control.request("link/cut", { a: 1, b: controller })
  const started = command("start", 1)
  const [first, second] = await Promise.all([connectTo(1), connectTo(2)])
  const asked = describe(first)
  // Where both would answer at once, the first would have by now.
  expect(await describe(second)).toEqual([0])
  for (const controller of [4, 5, 6]) await control.request("link/heal", { a: 1, b: controller })
  expect(await asked).toEqual([0])
  await started
  first.close()
  second.close()
})

/** Once it listens. */
async function connectTo(broker: number): Promise<BrokerConnection> {
  const [host = "", port] = server.address.bootstrap.split(",")[broker - 1]?.split(":") ?? []
  for (;;) {
    try {
      return await BrokerConnection.open({ host, port: Number(port), requestTimeoutMs: 60_000 })
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** What a broker says of the topic. */
async function describe(broker: BrokerConnection): Promise<number[]> {
  const topics = [{ name: "known" }]
  return (await broker.request(metadata, 8, { topics })).topics.map(({ errorCode }) => errorCode)
}

function isAbovePredecessor(epoch: number, index: number, epochs: readonly number[]): boolean {
  return index === 0 || epoch > (epochs[index - 1] ?? Infinity)
}

function namesOf(error: { type?: string; errors?: { type?: string }[] }): (string | undefined)[] {
  return error.errors?.map(({ type }) => type) ?? [error.type]
}

async function command(verb: string, node: number | undefined): Promise<void> {
  expect(await fault.run(["--control", server.address.control, verb, String(node)])).toBe(0)
}

async function snapshot(): Promise<ClusterSnapshot> {
  return (await control.request("cluster/subscribe", { detail: "full" })).snapshot
}

async function until(isRight: (now: ClusterSnapshot) => boolean): Promise<ClusterSnapshot> {
  for (;;) {
    const now = await snapshot()
    if (isRight(now)) return now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
