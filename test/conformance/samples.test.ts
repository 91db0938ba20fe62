import { execFile, spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { type Admin, Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { parseLesson } from "../../src/lesson"
import { lessonFiles, lessonsFolder } from "../lessons/runLesson"
import { skipMissing } from "../skipTest"
import { type RunningCluster, startClusterUnderTest } from "./clusterUnderTest"

/** The Go and Python code of the lessons is compiled as it stands there, and runs against the cluster. */
const execute = promisify(execFile)
const here = import.meta.dirname
const built = join(here, "..", "..", ".cache", "conformance", "samples")
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3"

const samples = lessonFiles.flatMap((file) =>
  parseLesson(readFileSync(join(lessonsFolder, file), "utf8")).cells.flatMap((cell) =>
    cell.kind === "code"
      ? []
      : cell.blocks
          .filter(({ kind, info }) => kind === "sample" && ["go", "python"].includes(info.language))
          .map(({ info, line, text }) => ({ name: info.attributes.sample ?? `${file}:${line}`, text })),
  ),
)

/** What each sample must give, and what is in the cluster after it. */
const outcomes: Readonly<Record<string, unknown>> = {
  "go-tombstone": {},
  "go-manual-partition": { partition: 2, offset: 0 },
  "go-region-partitioner": { partitions: [0, 1, 2, 0, 2, 2], consistent: true },
  "go-durable-producer": { offset: 0, valid: true },
  "go-commit-after": { handled: 2 },
  "go-mark-and-commit": { left: 0 },
  // The one that died is delivered again: every event has one effect, whatever comes twice.
  "go-one-transaction": { failures: 1, effects: ["b", "a"], notes: ["b", "a"] },
  "python-tombstone": {},
  "python-durable-producer": { acks: -1, offset: 1 },
  "python-commit-batch": { left: 0 },
  "python-one-transaction": { failures: 1, effects: ["b", "a"] },
}

const missing = {
  go: spawnSync("go", ["version"]).status === 0 ? undefined : "Go is not on the PATH",
  python: spawnSync(python, ["-c", "import kafka"]).status === 0 ? undefined : "Python has no kafka-python",
}

let cluster: RunningCluster
let admin: Admin
beforeAll(async () => {
  cluster = await startClusterUnderTest()
  const kafka = new Kafka({ brokers: cluster.bootstrap().split(","), logLevel: logLevel.NOTHING })
  admin = kafka.admin()
  await admin.connect()
  const topics = { nicknames: 1, orders: 3, regions: 3, payments: 1, clicks: 1 }
  await admin.createTopics({
    waitForLeaders: true,
    topics: Object.entries(topics).map(([topic, numPartitions]) => ({ topic, numPartitions, replicationFactor: 3 })),
  })
  const producer = kafka.producer()
  await producer.connect()
  const records = (count: number) => Array.from({ length: count }, (_, index) => ({ value: String(index) }))
  await producer.send({ topic: "orders", messages: records(3).map((record) => ({ ...record, partition: 0 })) })
  await producer.send({ topic: "clicks", messages: records(105) })
  await producer.disconnect()
  if (missing.go === undefined) await buildGo()
})
afterAll(async () => {
  await admin?.disconnect()
  await cluster?.stop()
})

it("knows what every Go and Python sample of the lessons must give", () => {
  expect(samples.map(({ name }) => name).sort()).toEqual(Object.keys(outcomes).sort())
})

describe.each(samples)("$name", ({ name, text }) => {
  it("does what the lesson says", async (context) => {
    const language = name.startsWith("go-") ? "go" : "python"
    const reason = missing[language]
    if (reason !== undefined) skipMissing(context, reason)
    const printed =
      language === "go"
        ? (await execute(join(built, "samples"), [name, cluster.bootstrap()], { timeout: 90_000 })).stdout
        : runPython(name, text)
    expect(JSON.parse(printed.trim().split("\n").at(-1) ?? "")).toEqual(outcomes[name])
  })
})

describe("after the samples", () => {
  it("has what they committed, and the next offset of it", async () => {
    const committed = async (groupId: string, topic: string) => {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return answer?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
    }
    const ends = await admin.fetchTopicOffsets("orders")
    const orders = ends.reduce((sum, { high }) => sum + Number(high), 0)
    expect([
      missing.go ?? (await committed("billing", "orders")),
      missing.go ?? (await committed("markers", "clicks")),
      missing.python ?? (await committed("shipping", "orders")),
    ]).toEqual([missing.go ?? 2, missing.go ?? 105, missing.python ?? orders])
  })

  it("has their tombstones: a null value under a key, with headers", async () => {
    const consumer = new Kafka({ brokers: cluster.bootstrap().split(","), logLevel: logLevel.NOTHING }).consumer({
      groupId: "look",
      maxWaitTimeInMs: 100,
    })
    const wanted = [missing.go, missing.python].filter((reason) => reason === undefined).length
    const found: unknown[] = []
    await consumer.connect()
    await consumer.subscribe({ topics: ["nicknames"], fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message: { key, value, headers } }: { message: import("kafkajs").KafkaMessage }) => {
        found.push([String(key), value, Object.keys(headers ?? {})])
        if (found.length === wanted) resolve()
      }
      if (wanted === 0) resolve()
      consumer.run({ eachMessage }).catch(reject)
    })
    await consumer.disconnect()
    expect(found).toEqual(Array.from({ length: wanted }, () => ["bo", null, ["source", "trace-id"]]))
  })
})

/** Puts every sample in its place and builds the program, in the module of the conformance programs. */
async function buildGo(): Promise<void> {
  mkdirSync(built, { recursive: true })
  for (const name of ["go.mod", "go.sum"]) copyFileSync(join(here, "go", name), join(built, name))
  const program = readFileSync(join(here, "samples", "samples.go.txt"), "utf8").replaceAll(
    /^\s*\/\/sample (.*)$/gm,
    (place, name: string) => samples.find((sample) => sample.name === name)?.text ?? place,
  )
  writeFileSync(join(built, "main.go"), program)
  await execute("go", ["build", "-o", "samples", "."], { cwd: built, timeout: 170_000 })
}

function runPython(name: string, sample: string): string {
  const script = join(here, "samples", "samples.py")
  const { status, stdout, stderr } = spawnSync(python, [script, name, cluster.bootstrap()], {
    input: sample,
    encoding: "utf8",
    timeout: 90_000,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}
