import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { runKafkaClass } from "../../../scripts/apacheKafka.mjs"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { RealDisk } from "../../../src/cluster/realDisk"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import { skipMissing } from "../../skipTest"
import { batchOf, HandClock, NOW_MS, openLog } from "./logFixture"

/** A JVM starts, and Kafka may have to be fetched first. */
const JVM_TIMEOUT_MS = 300_000

const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const

const hasJava = spawnSync("java", ["-version"]).status === 0

/** Apache Kafka's own reader is the judge of our files. */
describe("kafka-dump-log of Apache Kafka", () => {
  let root = ""
  let folder = ""

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "dump-log-"))
    folder = join(root, "events-0")
    const log = openLog({
      disk: new RealDisk(),
      clock: new HandClock(),
      config: { segmentBytes: 6000, indexIntervalBytes: 500 },
      options: { folder },
    })
    fill(log)
    log.close()
    await log.flush()
    log.close()
  })

  beforeEach((context) => {
    if (!hasJava) skipMissing(context, "there is no java on the PATH")
  })

  afterAll(() => rmSync(root, { recursive: true, force: true }))

  test("reads every segment, index, snapshot and transaction index, and finds nothing wrong", {
    timeout: JVM_TIMEOUT_MS,
  }, () => {
    const names = readdirSync(folder)
    const files = names.filter((name) => /\.(log|index|timeindex|snapshot|txnindex)$/.test(name))
    const suffixes = new Set(files.map((name) => name.slice(name.lastIndexOf("."))))
    const dumped = dump(files.map((name) => join(folder, name)))
    const lines = dumped.split("\n")
    expect({
      suffixes: [...suffixes].sort(),
      complaints: lines.filter((line) => COMPLAINT.test(line)),
      records: [...dumped.matchAll(/^\| offset: (\d+) /gm)].map((match) => Number(match[1])),
      aborted: lines.filter((line) => line.includes("lastStableOffset")),
      producer: lines.filter((line) => line.includes("currentTxnFirstOffset")).at(-1),
    }).toEqual({
      suffixes: [".index", ".log", ".snapshot", ".timeindex", ".txnindex"],
      complaints: [],
      records: Array.from({ length: 206 }, (_, offset) => offset),
      aborted: ["version: 0 producerId: 77 firstOffset: 200 lastOffset: 202 lastStableOffset: 203"],
      producer: expect.stringContaining("producerId: 77 producerEpoch: 0 coordinatorEpoch: 0"),
    })
  })

  test("reads what the cleaner has rewritten", { timeout: JVM_TIMEOUT_MS }, async () => {
    const cleaned = await cleanedFolder(root)
    const files = readdirSync(cleaned).filter((name) => /\.(log|index|timeindex|snapshot)$/.test(name))
    const lines = dump(files.map((name) => join(cleaned, name))).split("\n")
    const batches = lines.filter((line) => line.startsWith("baseOffset:"))
    expect({
      complaints: lines.filter((line) => COMPLAINT.test(line)),
      codecs: CODECS.filter((codec) => batches.some((line) => line.includes(`compresscodec: ${codec}`))),
      withHorizon: batches.filter((line) => line.includes(`deleteHorizonMs: OptionalLong[${NOW_MS + 86_400_000}]`))
        .length,
      empty: batches.filter((line) => line.includes("count: 0")).map((line) => line.split(" producerEpoch")[0]),
      lastRound: lines.filter((line) => line.startsWith("| offset:") && / key-[0-4] /.test(`${line} `)).length,
    }).toEqual({
      complaints: [],
      codecs: [...CODECS],
      withHorizon: 40,
      empty: ["baseOffset: 400 lastOffset: 400 count: 0 baseSequence: 0 lastSequence: 0 producerId: 6"],
      lastRound: 5,
    })
  })
})

const COMPLAINT = /mismatch|not monotonic|Exception|isvalid: false|corrupt/i

/** Rewritten batches of every kind: shrunk in every codec, with a tombstone's horizon, emptied. */
async function cleanedFolder(root: string): Promise<string> {
  const folder = join(root, "compacted-0")
  const clock = new HandClock()
  const config = { isCompacting: true, isDeleting: false, indexIntervalBytes: 300 }
  const log = openLog({ disk: new RealDisk(), clock, config, options: { folder } })
  for (let round = 0; round < 40; round++) {
    const records = Array.from({ length: 10 }, (_, index) => ({
      key: Buffer.from(`key-${index < 5 ? index : round * 10 + index}`),
      value: index === 9 ? null : Buffer.from(`value of round ${round}`.repeat(3)),
      timestamp: NOW_MS + round,
    }))
    const codec = CODECS[round % CODECS.length] ?? "none"
    accept(log, encodeBatch({ records, codec, producerId: 5, producerEpoch: 0, baseSequence: round * 10 }), "client")
  }
  const producer = { producerId: 6, producerEpoch: 0, baseSequence: 0 }
  accept(log, batchOf(["of a key that is written again"], { ...producer, timestamp: NOW_MS }), "client")
  accept(log, batchOf(["newest of that key"], { timestamp: NOW_MS }), "client")
  log.roll()
  await log.clean(log.cleanableRange(0, log.logEndOffset), () => Promise.resolve())
  log.close()
  await log.flush()
  log.close()
  return folder
}

/** 200 plain records in every codec, an aborted and a committed transaction. */
function fill(log: PartitionLog): void {
  for (let index = 0; index < 100; index++) {
    const codec = CODECS[index % CODECS.length] ?? "none"
    const values = [`value-${index}-first`.repeat(4), `value-${index}-second`.repeat(4)]
    // Out of order now and then, as clients' clocks are.
    const timestamp = NOW_MS + index * 10 - (index % 7) * 25
    accept(log, batchOf(values, { codec, timestamp }), "client")
  }
  const producer = { producerId: 77, producerEpoch: 0, isTransactional: true, timestamp: NOW_MS + 2000 }
  accept(log, batchOf(["undone", "undone, too"], { ...producer, baseSequence: 0 }), "client")
  accept(log, marker(0), "coordinator")
  accept(log, batchOf(["done", "done, too"], { ...producer, baseSequence: 2 }), "client")
  accept(log, marker(1), "coordinator")
}

function marker(type: 0 | 1): Buffer {
  const records = [{ key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6), timestamp: NOW_MS + 2000 }]
  return encodeBatch({ records, isControl: true, isTransactional: true, producerId: 77, producerEpoch: 0 })
}

function accept(log: PartitionLog, batch: Buffer, origin: "client" | "coordinator"): void {
  const { errorCode, errorMessage } = log.append(batch, { leaderEpoch: 3, origin })
  if (errorCode !== 0) throw new Error(`${errorCode} ${errorMessage}`)
}

function dump(files: readonly string[]): string {
  const options = ["--print-data-log", "--deep-iteration", "--files", files.join(",")]
  const ran = runKafkaClass("kafka.tools.DumpLogSegments", options)
  if (ran.status !== 0) throw new Error(`${ran.stdout}\n${ran.stderr}`)
  return `${ran.stdout}\n${ran.stderr}`
}
