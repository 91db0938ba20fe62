// `npm run bench -- topics`: ten thousand topics of three partitions on three brokers of one process.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { Kafka } from "kafkajs"
import { MAX_OPEN_DESCRIPTORS } from "../src/cluster/realDisk"
import { startCluster } from "../src/process/cluster"
import { type ControlClient, connectControl } from "../src/process/control"
import { sendOneByOne, value } from "./measureKafkajs"
import { pause, timed } from "./patience"
import { residentMiB, round, write } from "./report"
import { runInterruptibly } from "./runInterruptibly"
import { kafkaOf } from "./side"

const topics = Number(process.env.BENCH_TOPICS ?? 10_000)
const TOPICS_PER_REQUEST = 500
const REQUEST_LIMIT_MS = 120_000
const SETTLE_MS = 2_000
/** Sockets, pipes and the like: what a cluster has open besides the files of its logs. */
const OTHER_DESCRIPTORS = 100

const names = Array.from({ length: topics }, (_, index) => `topic-${index}`)
const results: { readonly figure: string; readonly unit: string; readonly measured: number }[] = []

runInterruptibly(async (stops) => {
  const cluster = await startCluster({ script: join(process.env.LOGBOOK_ROOT ?? ".", "dist", "cluster.js") })
  stops.add(cluster.stop)
  const kafka = kafkaOf(cluster)
  note("memory before", "MiB", residentMiB(cluster.pid))
  await createListDescribe(kafka)
  note("memory with the topics", "MiB", residentMiB(cluster.pid))
  note("a record to each topic", "s", await timed(() => sendToEach(kafka)))
  await pause(SETTLE_MS)
  note("memory with a record in each", "MiB", residentMiB(cluster.pid))
  const descriptors = openDescriptors(cluster.pid)
  note("open descriptors", "", descriptors)
  await measureWatched(cluster)
  stops.delete(cluster.stop)
  note("stop", "s", await timed(cluster.stop))
  write("topics", { versions: {}, topics, partitions: topics * 3, replicationFactor: 3, results })
  const bound = MAX_OPEN_DESCRIPTORS + OTHER_DESCRIPTORS
  if (descriptors > bound) throw new Error(`${descriptors} descriptors are open, more than ${bound}.`)
})

async function createListDescribe(kafka: Kafka): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const create = async () => {
    for (let from = 0; from < topics; from += TOPICS_PER_REQUEST) {
      const some = names.slice(from, from + TOPICS_PER_REQUEST)
      const wanted = some.map((topic) => ({ topic, numPartitions: 3, replicationFactor: 3 }))
      await admin.createTopics({ waitForLeaders: false, timeout: REQUEST_LIMIT_MS, topics: wanted })
    }
  }
  note("created", "s", await timed(create))
  let seen = 0
  const list = async () => {
    seen = (await admin.listTopics()).length
  }
  note("listed", "s", await timed(list))
  let partitions = 0
  const describe = async () => {
    const metadata = await admin.fetchTopicMetadata()
    partitions = metadata.topics.reduce((sum, topic) => sum + topic.partitions.filter(isServed).length, 0)
  }
  note("described", "s", await timed(describe))
  await admin.disconnect()
  if (seen < topics || partitions < topics * 3)
    throw new Error(`${seen} topics were listed, and ${partitions} partitions have a leader and three in sync.`)
}

function isServed({ leader, isr }: { readonly leader: number; readonly isr: readonly number[] }): boolean {
  return leader >= 0 && isr.length === 3
}

async function sendToEach(kafka: Kafka): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  for (let from = 0; from < topics; from += TOPICS_PER_REQUEST) {
    const some = names.slice(from, from + TOPICS_PER_REQUEST)
    await producer.sendBatch({ topicMessages: some.map((topic) => ({ topic, messages: [{ value }] })) })
  }
  await producer.disconnect()
}

/** Single sends while nobody looks, and while a sidebar and a diagram of everything do. */
async function measureWatched(cluster: { readonly bootstrap: string; readonly control: string }): Promise<void> {
  const side = { ...cluster, name: "", figures: new Map(), memoryMiB: () => 0, stop: async () => {} }
  const noteSends = async (who: string) => {
    const { p50, p99 } = await sendOneByOne(side, "topic-0")
    note(`single send p50, ${who}`, "ms", p50)
    note(`single send p99, ${who}`, "ms", p99)
  }
  await noteSends("unwatched")
  const control = await connectControl(cluster.control)
  for (const detail of ["summary", "full"] as const) {
    note(`snapshot, ${detail}`, "ms", (await timed(() => subscribe(control, detail))) * 1_000)
    await noteSends(`watched, ${detail}`)
  }
  control.close()
}

function subscribe(control: ControlClient, detail: "summary" | "full"): Promise<unknown> {
  return control.request("cluster/subscribe", { detail })
}

function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

function note(figure: string, unit: string, measured: number): void {
  results.push({ figure, unit, measured: round(measured) })
  console.log(`| ${figure} | ${round(measured)} ${unit} |`)
}
