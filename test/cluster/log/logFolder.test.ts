import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Disk, DiskError, DiskFile } from "../../../src/cluster/disk"
import { FaultyDisk } from "../../../src/cluster/faultyDisk"
import { DEFAULT_LOG_CONFIG } from "../../../src/cluster/log/logConfig"
import { LogFolder } from "../../../src/cluster/log/logFolder"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { RealDisk } from "../../../src/cluster/realDisk"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { crc32c } from "../../../src/protocol/crc32c"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { ProtocolError } from "../../../src/protocol/protocolError"
import { skipTest } from "../../skipTest"
import { append, batchOf, contents, HandClock, TOPIC_ID } from "./logFixture"

const CLUSTER_ID = "bG9nYm9vay1jbHVzdGVyMQ"
const DIRECTORY_ID = "BBBBBBBBBBBBBBBBBBBBBB"

const DELETION_DELAY_MS = 60_000

interface FolderSetup {
  readonly clock?: HandClock
  readonly onFailure?: (error: DiskError) => void
}

function openFolder(disk: Disk, path = "/data", more: FolderSetup & { readonly nodeId?: number } = {}) {
  return LogFolder.open({
    disk,
    path,
    clock: new HandClock(),
    clusterId: CLUSTER_ID,
    nodeId: 1,
    newUuid: () => DIRECTORY_ID,
    deletionDelayMs: () => DELETION_DELAY_MS,
    ...more,
  })
}

function folderOf(disk: Disk, path?: string, more?: FolderSetup): LogFolder {
  const opened = openFolder(disk, path, more)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

function logOf(folder: LogFolder, partition = 0, topicId = TOPIC_ID): PartitionLog {
  const opened = folder.openLog("events", partition, topicId, DEFAULT_LOG_CONFIG)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

/** Counts what is done to a disk. */
function countingDisk(inner: Disk): Disk & { readonly done: Map<string, number> } {
  const done = new Map<string, number>()
  const count = <Value>(what: string, value: Value): Value => {
    done.set(what, (done.get(what) ?? 0) + 1)
    return value
  }
  const wrap = (file: DiskFile): DiskFile => ({
    path: file.path,
    get size() {
      return file.size
    },
    append: (bytes) => count("append", file.append(bytes)),
    read: (position, length) => file.read(position, length),
    truncate: (size) => file.truncate(size),
    flush: () => count("flush of a file", file.flush()),
    close: () => file.close(),
  })
  return {
    done,
    delayMs: 0,
    openFile: (path) => {
      const opened = inner.openFile(path)
      return opened.ok ? { ok: true, value: wrap(opened.value) } : opened
    },
    list: (folder) => inner.list(folder),
    makeFolder: (path) => inner.makeFolder(path),
    rename: (from, to) => count("rename", inner.rename(from, to)),
    remove: (path) => inner.remove(path),
    readFile: (path) => inner.readFile(path),
    writeFile: (path, bytes, options) =>
      count(options?.durable ? "durable file" : "new file", inner.writeFile(path, bytes, options)),
    flushFiles: (folder, names) => count("flush of names", inner.flushFiles(folder, names)),
    exists: (path) => inner.exists(path),
    space: (path) => inner.space(path),
  }
}

/** What no producer can send, and a disk or another broker could still have: sound by its checksum, and unreadable. */
function withMoreRecordsThanItHas(batch: Buffer): Buffer {
  const damaged = Buffer.from(batch)
  damaged.writeInt32BE(2, RECORD_COUNT_AT)
  damaged.writeUInt32BE(crc32c(damaged, CHECKED_FROM, damaged.length), CHECKSUM_AT)
  return damaged
}

const CHECKSUM_AT = 17
const CHECKED_FROM = 21
const RECORD_COUNT_AT = 57

describe("a log dir", () => {
  test("keeps offsets in Kafka's files and knows a clean stop from an unclean one", async () => {
    const disk = new MemoryDisk()
    const folder = folderOf(disk)
    const log = logOf(folder)
    append(log, batchOf(["a", "b", "c"]))
    log.advanceLogStart(1)
    await folder.close(42, () => 2)
    const text = (name: string): string => {
      const read = disk.readFile(`/data/${name}`)
      return read.ok ? (read.value?.toString() ?? "absent") : read.error.code
    }
    expect({
      meta: text("meta.properties"),
      clean: text(".kafka_cleanshutdown"),
      recovery: text("recovery-point-offset-checkpoint"),
      start: text("log-start-offset-checkpoint"),
      highWatermark: text("replication-offset-checkpoint"),
      partition: text("events-0/partition.metadata"),
      epochs: text("events-0/leader-epoch-checkpoint"),
    }).toEqual({
      meta: `cluster.id=${CLUSTER_ID}\ndirectory.id=${DIRECTORY_ID}\nnode.id=1\nversion=1\n`,
      clean: '{"version":0,"brokerEpoch":42}',
      recovery: "0\n1\nevents 0 3\n",
      start: "0\n1\nevents 0 1\n",
      highWatermark: "0\n1\nevents 0 2\n",
      partition: `version: 0\ntopic_id: ${TOPIC_ID}`,
      epochs: "0\n1\n0 1\n",
    })
    const again = folderOf(disk)
    const reopened = logOf(again)
    expect([
      again.cleanShutdownEpoch,
      again.checkpointedHighWatermark(reopened),
      contents(reopened),
      again.stored(),
    ]).toEqual([42, 2, ["1:b", "2:c"], [{ topic: "events", partition: 0 }]])
    expect(folderOf(disk).cleanShutdownEpoch).toBeUndefined()
  })

  test("writes at a clean stop what has changed, and makes each of it survive once", async () => {
    const disk = new MemoryDisk()
    const first = countingDisk(disk)
    const folder = folderOf(first)
    const logs = Array.from({ length: 300 }, (_, partition) => logOf(folder, partition))
    for (const log of logs.slice(0, 200)) append(log, batchOf(["a"]))
    first.done.clear()
    await folder.close(1, () => 1)
    const second = countingDisk(disk)
    const reopened = folderOf(second)
    const again = Array.from({ length: 300 }, (_, partition) => logOf(reopened, partition))
    append(again[0] ?? logOf(reopened), batchOf(["b"]))
    second.done.clear()
    await reopened.close(2, () => 1)
    disk.powerOff(() => 0)
    expect([first.done, second.done].map((done) => Object.fromEntries(done))).toEqual([
      {
        "new file": 200 * ["index", "snapshot"].length + ["recovery points", "log starts", "high watermarks"].length,
        append: 200,
        "flush of names": 200,
        "flush of a file": 200 * ["log", "timeindex"].length,
        "durable file": ["the mark"].length,
      },
      {
        "new file": ["snapshot"].length + ["recovery points", "log starts", "high watermarks"].length,
        "flush of a file": ["log", "timeindex"].length,
        "durable file": ["the mark"].length,
      },
    ])
    expect(contents(logOf(folderOf(disk), 0))).toEqual(["0:a", "1:b"])
  })

  test("keeps the offsets of logs that it has not opened yet: a broker may wait long for its first metadata", () => {
    const disk = new MemoryDisk()
    const first = folderOf(disk)
    const log = logOf(first)
    append(log, batchOf(["a", "b", "c"]))
    log.advanceLogStart(2)
    first.checkpoint(() => 2)
    disk.kill()
    folderOf(disk).checkpoint(() => 0)
    disk.kill()
    const third = folderOf(disk)
    const reopened = logOf(third)
    expect([contents(reopened), third.checkpointedHighWatermark(reopened)]).toEqual([["2:c"], 2])
  })

  test("of another node or cluster is refused with a sentence", () => {
    const disk = new MemoryDisk()
    folderOf(disk)
    const opened = openFolder(disk, "/data", { nodeId: 2 })
    expect(opened.ok ? "" : opened.error.message).toContain("belongs to node 1 of cluster")
  })

  test("sets the log of a topic aside that was deleted and made anew", () => {
    const disk = new MemoryDisk()
    append(logOf(folderOf(disk)), batchOf(["old"]))
    const anew = logOf(folderOf(disk), 0, DIRECTORY_ID)
    expect([
      anew.logEndOffset,
      disk.exists("/data/events-0.00000000000000000000000000000001-stray"),
      append(anew, batchOf(["new"])),
    ]).toEqual([0, true, 0])
  })

  test.each([
    ["full", "ENOSPC"],
    ["fail", "EIO"],
  ] as const)("on a disk that is %s goes offline whole, says why, and nothing acknowledged is lost", (fault, code) => {
    const inner = new MemoryDisk()
    const disk = new FaultyDisk(inner, () => Promise.resolve())
    const failures: string[] = []
    const folder = folderOf(disk, "/data", { onFailure: (error) => failures.push(error.code) })
    const [log, other] = [logOf(folder, 0), logOf(folder, 1)]
    append(log, batchOf(["a"]))
    disk.setFault(fault)
    const attempts = [log, log, other].map(
      (each) => each.append(batchOf(["b"]), { leaderEpoch: 0, origin: "client" }).errorCode,
    )
    disk.setFault("ok")
    expect([attempts, failures, folder.failure?.code, log.read(0, 100).length]).toEqual([
      [ErrorCode.KafkaStorageError, ErrorCode.KafkaStorageError, ErrorCode.KafkaStorageError],
      [code],
      code,
      0,
    ])
    expect(contents(logOf(folderOf(inner)))).toEqual(["0:a"])
  })

  test("leaves a log alone that the cleaner cannot read, and goes on with the others", async () => {
    const disk = new MemoryDisk()
    const folder = folderOf(disk)
    const [damaged, sound] = [0, 1].map((partition) => {
      const log = logOf(folder, partition)
      log.configure({ ...DEFAULT_LOG_CONFIG, isCompacting: true })
      return log
    })
    if (!damaged || !sound) throw new Error("both logs are open")
    damaged.appendFetched(withMoreRecordsThanItHas(batchOf(["a"])))
    // More bytes: the damaged one would not be first for its size.
    for (const log of [damaged, sound]) {
      for (let offset = log.logEndOffset; offset < 5; offset++) append(log, batchOf([`value ${offset}`]))
      log.roll()
    }
    const rounds: (number | undefined)[] = []
    for (let round = 0; round < 3; round++) {
      const result = await folder.cleanDirtiest(
        (log) => log.logEndOffset,
        async () => {},
      )
      rounds.push(result?.segmentsBefore)
      if (!result) break
    }
    const asked = folder.clean(damaged, damaged.logEndOffset, async () => {})
    await expect(asked).rejects.toThrow(ProtocolError)
    const left = disk.list(damaged.folder)
    expect({
      rounds,
      sound: contents(sound),
      damaged: damaged.segments().length,
      left: left.ok && left.value.filter((name) => name.endsWith(".cleaned")),
    }).toEqual({ rounds: [1, undefined], sound: ["4:value 4"], damaged: 2, left: [] })
  })

  test("notices a damaged closed segment when it is read, and goes offline", async () => {
    const disk = new MemoryDisk()
    const folder = folderOf(disk)
    const log = logOf(folder)
    append(log, batchOf(["a"]))
    log.roll()
    append(log, batchOf(["b"]))
    await log.flush()
    folder.checkpoint((each) => each.logEndOffset)
    disk.kill()
    const size = batchOf(["a"]).length
    disk.writeFile("/data/events-0/00000000000000000000.log", Buffer.alloc(size, 7))
    const again = folderOf(disk)
    const damaged = logOf(again)
    expect([damaged.read(0, 1000).length, again.failure?.message]).toEqual([
      0,
      expect.stringContaining("damaged at byte 0"),
    ])
  })
})

if (process.getuid?.() === 0) console.warn("Permissions are not tested: root may write everywhere.")

describe("real files", () => {
  let path = ""
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "log-folder-"))
  })
  afterEach(() => {
    chmodSync(path, 0o755)
    rmSync(path, { recursive: true, force: true })
  })

  test("are the same after a kill, with a torn end cut off", () => {
    const log = logOf(folderOf(new RealDisk(), path))
    for (const value of ["a", "b", "c"]) append(log, batchOf([value]))
    const file = join(path, "events-0", "00000000000000000000.log")
    writeFileSync(file, Buffer.concat([readFileSync(file), batchOf(["torn"]).subarray(0, 40)]))
    const again = logOf(folderOf(new RealDisk(), path))
    expect([contents(again), again.truncatedAtOpenBytes, append(again, batchOf(["d"]))]).toEqual([
      ["0:a", "1:b", "2:c"],
      40,
      3,
    ])
  })

  test("are removed a while after their topic", () => {
    const clock = new HandClock()
    const folder = folderOf(new RealDisk(), path, { clock })
    const log = logOf(folder)
    append(log, batchOf(["a"]))
    folder.removeLog(log)
    const partitions = () => readdirSync(path).filter((name) => name.startsWith("events"))
    const before = [folder.stored(), partitions(), descriptorsWithin(path)]
    clock.pass(DELETION_DELAY_MS)
    expect([before, partitions()]).toEqual([[[], ["events-0.04104104104104104104104104104104-delete"], 0], []])
  })

  test("of many logs stay within the bound of open descriptors", () => {
    const bound = 8
    const folder = folderOf(new RealDisk(bound), path)
    const logs = Array.from({ length: 20 }, (_, partition) => logOf(folder, partition))
    for (const log of logs) append(log, batchOf(["a"]))
    const open = existsSync("/proc/self/fd") ? descriptorsWithin(path) : 0
    expect(open).toBeLessThanOrEqual(bound)
    expect(logs.every((log) => append(log, batchOf(["b"])) === 1)).toBe(true)
  })

  test("in a place where no folder can be are refused with advice", () => {
    writeFileSync(join(path, "file"), "")
    const opened = openFolder(new RealDisk(), join(path, "file", "data"))
    expect(opened.ok ? "" : opened.error.message).toMatch(/^A file or folder of the broker has gone/)
  })

  test("in a folder that may not be written to are refused with advice", (context) => {
    if (process.getuid?.() === 0) skipTest(context, "root may write everywhere")
    chmodSync(path, 0o555)
    const opened = openFolder(new RealDisk(), join(path, "data"))
    expect(opened.ok ? "" : opened.error.message).toMatch(/^The broker may not use this file/)
  })
})

function descriptorsWithin(path: string): number {
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(path)
    } catch {
      return false
    }
  }).length
}
