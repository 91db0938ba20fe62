import { type Admin, type ITopicMetadata, Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, expect, it } from "vitest"
import { skipMissing } from "../skipTest"
import type { Client, Outcome } from "./client"
import { type RunningCluster, startClusterUnderTest } from "./clusterUnderTest"
import { Kafkajs } from "./kafkajsClient"
import { findKafkaClassPath, programClients } from "./programClients"

const transfers = 200
const brokers = [1, 2, 3]
/** Six restarts of a JVM, and what its cluster then has to catch up with. */
const limitMs = 900_000
/** Longer than a transfer, shorter than a test: what a client left open must not hold its ledger for a minute. */
const transactionTimeoutMs = 10_000
const java = programClients(findKafkaClassPath()).filter(({ name }) => name === "Java client")
const clients: Client[] = [new Kafkajs(), ...java]

const patienceMs = 60_000
const pollMs = 100

let cluster: RunningCluster
let observer: Admin
const running = new Map<Client, Promise<Outcome>>()
const missing = new Map<Client, string>()
let kills = 0
/** When the test ends early, nobody waits for the clients any more. */
const givenUp = new AbortController()

/** The clients work side by side, on ledgers of their own: each broker that dies dies for all of them. */
beforeAll(async () => {
  // Three voters: whichever node is killed, the quorum goes on.
  cluster = await startClusterUnderTest({
    controllers: 3,
    profile: "lessons",
    configs: { "min.insync.replicas": "2", "broker.session.timeout.ms": "1500", "broker.heartbeat.interval.ms": "300" },
  })
  for (const client of clients) {
    const prepared = await client.prepare()
    if ("missing" in prepared) missing.set(client, prepared.missing)
    else await client.run({ command: "create", bootstrap: cluster.bootstrap(), ...ledgerOf(client) })
  }
  let working = 0
  for (const client of clients) {
    if (missing.has(client)) continue
    working++
    const task = { command: "transfers", bootstrap: cluster.bootstrap(), ...ledgerOf(client) } as const
    const names = { group: `clerk-${client.name}`, transactionalId: `teller-${client.name}` }
    const done = client
      .run({ ...task, ...names, count: transfers, paceMs: 10, transactionTimeoutMs }, givenUp.signal)
      .finally(() => working--)
    done.catch(() => {})
    running.set(client, done)
  }
  const kafka = new Kafka({ brokers: cluster.bootstrap().split(","), logLevel: logLevel.NOTHING })
  observer = kafka.admin({ retry: { retries: 5, initialRetryTime: 50 } })
  await observer.connect()
  while (working > 0 && kills < 2 * brokers.length) {
    const broker = brokers[kills % brokers.length] ?? 1
    await cluster.kill(broker)
    kills++
    // Its partitions get other leaders when broker.session.timeout.ms is over.
    await untilEachPartition(({ leader }) => leader >= 0 && leader !== broker)
    await cluster.start(broker)
    // The next broker may die only when this one is back: with min.insync.replicas=2 two of three must be there.
    await untilEachPartition(({ isr, replicas }) => isr.length === replicas.length)
    let before: readonly number[] | undefined
    await until(async () => {
      const lengths = await ledgerLengths()
      before ??= lengths
      return working === 0 || lengths.some((length, index) => length > (before?.[index] ?? 0))
    })
  }
  await observer.disconnect()
}, limitMs)

afterAll(async () => {
  givenUp.abort()
  await cluster?.stop()
})

for (const client of clients) {
  it(
    `${client.name}'s 200 transfers between ten accounts are whole, though brokers are killed in turn`,
    async (context) => {
      const reason = missing.get(client)
      if (reason !== undefined) skipMissing(context, reason)
      const { committed = [], aborted = [], values = [], offsets = {} } = (await running.get(client)) ?? {}
      const entries = values.map((value) => value.split(":").map(Number) as [number, number])
      const byTransfer = new Map<number, number[]>()
      for (const [id, delta] of entries) byTransfer.set(id, [...(byTransfer.get(id) ?? []), delta])
      const last = Math.max(...committed)
      expect({
        sum: entries.reduce((sum, [, delta]) => sum + delta, 0),
        torn: [...byTransfer].filter(([, deltas]) => deltas.length !== 2).map(([id]) => id),
        lost: committed.filter((id) => !byTransfer.has(id)),
        aborted: aborted.filter((id) => byTransfer.has(id)),
        acknowledged: committed.length,
        offsets,
        eachBrokerDied: kills >= brokers.length,
        someAborted: aborted.length > 0,
      }).toEqual({
        sum: 0,
        torn: [],
        lost: [],
        aborted: [],
        acknowledged: transfers,
        offsets: { 0: last + 1 },
        eachBrokerDied: true,
        someAborted: true,
      })
    },
    limitMs,
  )
}

function ledgerOf(client: Client) {
  const topic = `ledger-${client.name.replaceAll(/\W+/g, "-")}`
  return { topic, partitions: 5, replicationFactor: 3 }
}

type PartitionMetadata = ITopicMetadata["partitions"][number]

async function untilEachPartition(isSo: (partition: PartitionMetadata) => boolean): Promise<void> {
  await until(async () => {
    const { topics } = await observer.fetchTopicMetadata()
    return topics.every(({ partitions }) => partitions.every(isSo))
  })
}

/** How much stands in the ledger of each client that is at work. */
async function ledgerLengths(): Promise<readonly number[]> {
  const ledgers = [...running.keys()].map((client) => observer.fetchTopicOffsets(ledgerOf(client).topic))
  return (await Promise.all(ledgers)).map((partitions) => partitions.reduce((sum, { high }) => sum + Number(high), 0))
}

/**
 * While a broker is down, requests to it fail, and a new leader has no offsets to tell until its high watermark has come
 * to its epoch (LEADER_NOT_AVAILABLE, KIP-207): those are answers, too.
 */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + patienceMs
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadlineMs) throw new Error("The cluster did not come to rest.")
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
