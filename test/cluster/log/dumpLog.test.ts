import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runKafkaClass } from "../../../scripts/apacheKafka.mjs"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { RealDisk } from "../../../src/cluster/realDisk"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import { batchOf, HandClock, NOW_MS, openLog } from "./logFixture"

/** A JVM starts, and Kafka may have to be fetched first. */
const JVM_TIMEOUT_MS = 300_000

const hasJava = spawnSync("java", ["-version"]).status === 0
if (!hasJava) console.warn("kafka-dump-log is not run: there is no java on the PATH.")

/** Apache Kafka's own reader is the judge of our files. */
describe.skipIf(!hasJava)("kafka-dump-log of Apache Kafka", () => {
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
      complaints: lines.filter((line) => /mismatch|not monotonic|Exception|isvalid: false|corrupt/i.test(line)),
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
})

/** 200 plain records in every codec, an aborted and a committed transaction. */
function fill(log: PartitionLog): void {
  const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const
  for (let index = 0; index < 100; index++) {
    const codec = codecs[index % codecs.length] ?? "none"
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
