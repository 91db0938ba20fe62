import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Kafka, logLevel, type Producer } from "kafkajs"
import { kafkaVersion, startApacheKafka } from "../scripts/apacheKafka.mjs"
import { startCluster } from "../src/process/cluster"
import { percentile, type Row, report, residentMiB } from "./report"

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const warmUpMs = Number(process.env.BENCH_WARM_UP_MS ?? 30_000)
const recordsPerRound = 200_000
const kcatRecords = 500_000
const singleSends = 1_000
const value = Buffer.alloc(100, "x")

/** A cluster of three brokers on loopback, with the figures of its rounds. */
interface Side {
  readonly bootstrap: string
  readonly pids: readonly number[]
  readonly startMs: number
  readonly figures: Map<string, number[]>
  stop(): Promise<void>
}

async function main(): Promise<void> {
  const ours = await startSide(async () => {
    const cluster = await startCluster({ script: join(process.env.LOGBOOK_ROOT ?? ".", "dist", "cluster.js") })
    return { bootstrap: cluster.bootstrap, pids: [cluster.pid], stop: () => cluster.stop() }
  })
  const peer = await startSide(async () => {
    const kafka = await startApacheKafka()
    const pids = [...kafka.nodes.values()].map(({ pid }) => pid ?? 0)
    return { bootstrap: kafka.bootstrap, pids, stop: () => kafka.stop() }
  })
  const sides = [ours, peer]
  for (const side of sides) note(side, "memory idle", memoryOf(side))
  await warmUp(sides)
  for (let round = 0; round < rounds; round++) {
    // Which side goes first alternates: whatever drifts on the machine hits both alike.
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) await measureRound(side, round)
  }
  for (const side of sides) note(side, "memory after the load", memoryOf(side))
  const versions = { node: process.version, apacheKafka: kafkaVersion, kafkajs: "2.2.4" }
  report("cluster", `Apache Kafka ${kafkaVersion}`, versions, rowsOf(ours, peer))
  for (const side of sides) await side.stop()
}

async function startSide(
  start: () => Promise<{ bootstrap: string; pids: number[]; stop(): Promise<void> }>,
): Promise<Side> {
  const started = performance.now()
  const running = await start()
  const kafka = kafkaOf(running.bootstrap)
  await createTopic(kafka, "first")
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: "first", acks: -1, messages: [{ value }] })
  const startMs = performance.now() - started
  await producer.disconnect()
  return { ...running, startMs, figures: new Map([["start to first acknowledged record", [startMs]]]) }
}

async function warmUp(sides: readonly Side[]): Promise<void> {
  for (const side of sides) {
    const kafka = kafkaOf(side.bootstrap)
    await createTopic(kafka, "warm-up")
    const producer = kafka.producer()
    await producer.connect()
    const until = Date.now() + warmUpMs / sides.length
    while (Date.now() < until) await sendBatch(producer, "warm-up", -1)
    await producer.disconnect()
  }
}

async function measureRound(side: Side, round: number): Promise<void> {
  const kafka = kafkaOf(side.bootstrap)
  const producer = kafka.producer()
  await producer.connect()
  for (const acks of [1, -1]) {
    const topic = `produce-${acks}-${round}`
    await createTopic(kafka, topic)
    const seconds = await timed(async () => {
      for (let sent = 0; sent < recordsPerRound; sent += 1_000) await sendBatch(producer, topic, acks)
    })
    note(side, `kafkajs produce, acks=${acks === -1 ? "all" : acks}`, recordsPerRound / seconds)
  }
  note(side, "kafkajs consume", recordsPerRound / (await timed(() => consumeAll(kafka, `produce--1-${round}`))))
  const latencies: number[] = []
  for (let sent = 0; sent < singleSends; sent++) {
    const seconds = await timed(() => producer.send({ topic: `produce--1-${round}`, acks: -1, messages: [{ value }] }))
    latencies.push(seconds * 1_000)
  }
  note(side, "single send p50, acks=all", percentile(latencies, 0.5))
  note(side, "single send p99, acks=all", percentile(latencies, 0.99))
  await producer.disconnect()
  await measureKcat(side, kafka, round)
}

async function measureKcat(side: Side, kafka: Kafka, round: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"))
  const file = join(folder, "records")
  writeFileSync(file, `${value}\n`.repeat(kcatRecords))
  for (const acks of ["1", "all"]) {
    const topic = `kcat-${acks}-${round}`
    await createTopic(kafka, topic)
    const produce = ["-b", side.bootstrap, "-P", "-t", topic, "-X", `acks=${acks}`, "-X", "linger.ms=5", "-l", file]
    note(side, `librdkafka produce, acks=${acks}`, kcatRecords / (await timed(() => runKcat(produce))))
  }
  const consume = [
    "-b",
    side.bootstrap,
    "-C",
    "-t",
    `kcat-all-${round}`,
    "-o",
    "beginning",
    "-c",
    String(kcatRecords),
    "-q",
  ]
  note(side, "librdkafka consume", kcatRecords / (await timed(() => runKcat(consume))))
  rmSync(folder, { recursive: true })
}

async function consumeAll(kafka: Kafka, topic: string): Promise<void> {
  const consumer = kafka.consumer({ groupId: `bench-${topic}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let seen = 0
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          seen += batch.messages.length
          if (seen >= recordsPerRound) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
}

function sendBatch(producer: Producer, topic: string, acks: number): Promise<unknown> {
  return producer.send({ topic, acks, messages: Array.from({ length: 1_000 }, () => ({ value })) })
}

async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3, replicationFactor: 3 }] })
  await admin.disconnect()
}

function kafkaOf(bootstrap: string): Kafka {
  return new Kafka({
    brokers: bootstrap.split(","),
    clientId: "bench",
    logLevel: logLevel.NOTHING,
    retry: { retries: 20 },
  })
}

function runKcat(options: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("kcat", options, { stdio: "ignore" })
    child.once("error", () => reject(new Error("kcat is not installed (on Debian: apt-get install kcat).")))
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`kcat ended with ${code}.`))))
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}

function memoryOf({ pids }: Side): number {
  return pids.reduce((sum, pid) => sum + residentMiB(pid), 0)
}

function note({ figures }: Side, figure: string, measured: number): void {
  figures.set(figure, [...(figures.get(figure) ?? []), measured])
}

/** What is to be reached, as times better than Apache Kafka. */
const targets: Readonly<Record<string, number>> = {
  "start to first acknowledged record": 20,
  "memory idle": 8,
  "memory after the load": 8,
}

function rowsOf(ours: Side, peer: Side): Row[] {
  return [...ours.figures].map(([figure, measured]) => {
    const unit = figure.startsWith("memory") ? "MiB" : /start|single/.test(figure) ? "ms" : "records/s"
    const higherIsBetter = unit === "records/s"
    return {
      figure,
      unit,
      higherIsBetter,
      ours: measured,
      peer: peer.figures.get(figure) ?? [],
      target: targets[figure] ?? 1,
    }
  })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
