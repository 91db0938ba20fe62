import { describe, expect, test } from "vitest"
import type { Disk } from "../../../src/cluster/disk"
import { FaultyDisk } from "../../../src/cluster/faultyDisk"
import { DEFAULT_LOG_CONFIG } from "../../../src/cluster/log/logConfig"
import { LogFolder } from "../../../src/cluster/log/logFolder"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { append, batchOf, contents, FOLDER, HandClock, openLog, TOPIC_ID } from "./logFixture"

const DELAY_MS = 5_000
const OTHER_TOPIC_ID = "BBBBBBBBBBBBBBBBBBBBBA"
const CONFIG = { fileDeleteDelayMs: DELAY_MS, retentionMs: -1 }
/** Segments that were not flushed and end in the middle of a batch: recovery cuts there. */
const TORN_BYTES = 7

function namesIn(disk: Disk, folder: string): readonly string[] {
  const names = disk.list(folder)
  return names.ok ? names.value : []
}

/** Of the segments, without their indexes; and whatever else waits for its removal. */
function files(disk: Disk): readonly string[] {
  return namesIn(disk, FOLDER).filter((name) => /\.log|\.snapshot\.deleted/.test(name))
}

function logName(offset: number, ending = ""): string {
  return `${String(offset).padStart(20, "0")}.log${ending}`
}

/** One record a segment, all of one key: "0:a", "1:b", "2:c". */
function threeSegments(disk: Disk, clock: HandClock): PartitionLog {
  const log = openLog({ disk, clock, config: CONFIG })
  for (const value of ["a", "b", "c"]) {
    append(log, batchOf([value]))
    if (value !== "c") log.roll()
  }
  return log
}

type Drop = (log: PartitionLog) => unknown
const DROPS: readonly [string, Drop, readonly number[], readonly string[]][] = [
  [
    "retention",
    (log) => {
      log.configure({ ...log.config, retentionBytes: 1 })
      log.deleteOldSegments(log.logEndOffset)
    },
    [0, 1],
    ["2:c"],
  ],
  [
    "DeleteRecords",
    (log) => {
      log.advanceLogStart(2)
      log.deleteOldSegments(log.logEndOffset)
    },
    [0, 1],
    ["2:c"],
  ],
  ["truncation", (log) => void log.truncateTo(1), [1, 2], ["0:a"]],
  ["a start at another offset", (log) => log.truncateFullyAndStartAt(9), [0, 1, 2], []],
  ["the cleaner", (log) => log.clean(log.cleanableRange(0, log.logEndOffset), async () => {}), [0, 1], ["1:b", "2:c"]],
]

describe("segments that a log has done with", () => {
  test.each(DROPS)(
    "after %s are renamed, and removed when file.delete.delay.ms is over",
    async (_, drop, gone, left) => {
      const disk = new MemoryDisk()
      const clock = new HandClock()
      const log = threeSegments(disk, clock)
      await drop(log)
      const deleted = gone.map((offset) => logName(offset, ".deleted"))
      const doomed = () => files(disk).filter((name) => name.startsWith("0") && /\.log\.deleted$/.test(name))
      clock.pass(DELAY_MS - 1)
      const before = doomed()
      clock.pass(1)
      const after = namesIn(disk, FOLDER).filter((name) => name.endsWith(".deleted"))
      expect({ before, after, read: contents(log) }).toEqual({ before: deleted, after: [], read: left })
    },
  )

  test("are removed by the next start, whether the last one stopped cleanly or not", () => {
    const disk = new MemoryDisk()
    const log = threeSegments(disk, new HandClock())
    log.advanceLogStart(1)
    log.deleteOldSegments(3)
    const before = files(disk)
    disk.kill()
    const again = openLog({ disk, config: CONFIG, options: { logStartOffset: 1 } })
    expect([before, files(disk), contents(again)]).toEqual([
      [logName(0, ".deleted"), logName(1), logName(2)],
      [logName(1), logName(2)],
      ["1:b", "2:c"],
    ])
  })

  test("lie behind a torn batch: recovery sets them aside", () => {
    const disk = new MemoryDisk()
    const log = threeSegments(disk, new HandClock())
    log.close()
    const whole = disk.readFile(`${FOLDER}/${logName(1)}`)
    if (!whole.ok || !whole.value) throw new Error("the second segment is there")
    disk.writeFile(`${FOLDER}/${logName(1)}`, whole.value.subarray(0, whole.value.length - TORN_BYTES))
    disk.kill()
    const clock = new HandClock()
    const again = openLog({ disk, clock, config: CONFIG })
    const before = files(disk)
    clock.pass(DELAY_MS)
    expect([before, files(disk), contents(again)]).toEqual([
      [logName(0), logName(1), logName(2, ".deleted")],
      [logName(0), logName(1)],
      ["0:a"],
    ])
  })

  test("may leave the same name twice within the delay", () => {
    const disk = new MemoryDisk()
    const clock = new HandClock()
    const log = threeSegments(disk, clock)
    for (const value of ["d", "e"]) {
      log.truncateTo(2)
      log.roll()
      append(log, batchOf([value]))
      clock.pass(DELAY_MS / 2)
    }
    clock.pass(DELAY_MS)
    expect([contents(log), files(disk)]).toEqual([
      ["0:a", "1:b", "2:e"],
      [logName(0), logName(1), logName(2)],
    ])
  })

  test("go on a full disk, too: that is how room is made", () => {
    const inner = new MemoryDisk()
    const disk = new FaultyDisk(inner, () => Promise.resolve())
    const clock = new HandClock()
    const log = threeSegments(disk, clock)
    log.advanceLogStart(1)
    disk.setFault("full")
    const removed = log.deleteOldSegments(3)
    clock.pass(DELAY_MS)
    expect([removed, log.failure?.code, files(disk)]).toEqual([1, undefined, [logName(1), logName(2)]])
  })
})

function folderOf(disk: Disk, clock: HandClock): LogFolder {
  let uuids = 0
  const opened = LogFolder.open({
    disk,
    path: "/data",
    clock,
    clusterId: "bG9nYm9vay1jbHVzdGVyMQ",
    nodeId: 1,
    newUuid: () => Buffer.alloc(16, ++uuids).toString("base64url"),
    deletionDelayMs: () => DELAY_MS,
  })
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

function logOf(folder: LogFolder, topicId = TOPIC_ID, topic = "events"): PartitionLog {
  const opened = folder.openLog(topic, 0, topicId, { ...DEFAULT_LOG_CONFIG, ...CONFIG })
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

function partitionsIn(disk: Disk): readonly string[] {
  return namesIn(disk, "/data").filter((name) => name.startsWith("events"))
}

describe("the folder of a deleted log", () => {
  const uuid = (byte: number) => Buffer.alloc(16, byte).toString("hex")

  test("waits under another name, and does not disturb a log that is made at once in its place", () => {
    const disk = new MemoryDisk()
    const clock = new HandClock()
    const folder = folderOf(disk, clock)
    const old = logOf(folder)
    append(old, batchOf(["old"]))
    old.roll()
    append(old, batchOf(["old too"]))
    // Something of the old log waits for its removal while the new one begins.
    old.truncateTo(1)
    folder.removeLog(old)
    const anew = logOf(folder, OTHER_TOPIC_ID)
    append(anew, batchOf(["new"]))
    clock.pass(DELAY_MS - 1)
    const before = partitionsIn(disk)
    clock.pass(1)
    append(anew, batchOf(["newer"]))
    const deafAppend = old.append(batchOf(["late"]), { leaderEpoch: 0, origin: "client" }).errorCode
    expect([before, partitionsIn(disk), contents(anew), contents(old), deafAppend, folder.failure]).toEqual([
      ["events-0", `events-0.${uuid(2)}-delete`],
      ["events-0"],
      ["0:new", "1:newer"],
      [],
      56,
      undefined,
    ])
  })

  test("may be left by one life of a broker: the next removes it after the same delay, and nothing else", () => {
    const disk = new MemoryDisk()
    const first = folderOf(disk, new HandClock())
    for (const topic of ["events", "events-delete"]) append(logOf(first, TOPIC_ID, topic), batchOf(["a"]))
    first.removeLog(logOf(first))
    disk.kill()
    const clock = new HandClock()
    const second = folderOf(disk, clock)
    const before = partitionsIn(disk)
    clock.pass(DELAY_MS)
    expect([before, partitionsIn(disk), contents(logOf(second, TOPIC_ID, "events-delete"))]).toEqual([
      [`events-0.${uuid(2)}-delete`, "events-delete-0"],
      ["events-delete-0"],
      ["0:a"],
    ])
  })

  test("has a name that a file system takes, however long the topic's is", () => {
    const disk = new MemoryDisk()
    const folder = folderOf(disk, new HandClock())
    const log = logOf(folder, TOPIC_ID, "e".repeat(249))
    append(log, batchOf(["a"]))
    folder.removeLog(log)
    const [name] = namesIn(disk, "/data").filter((each) => each.startsWith("eee"))
    expect([name?.length, name?.replace(/^e+/, "e…")]).toEqual([255, `e…-0.${uuid(2)}-delete`])
  })

  test("leaves no offsets in the checkpoints that a later log of its name could take for its own", () => {
    const disk = new MemoryDisk()
    const folder = folderOf(disk, new HandClock())
    const log = logOf(folder)
    append(log, batchOf(["a", "b", "c"]))
    log.advanceLogStart(3)
    folder.checkpoint((each) => each.logEndOffset)
    folder.removeLog(log)
    disk.kill()
    const anew = logOf(folderOf(disk, new HandClock()), OTHER_TOPIC_ID)
    expect([append(anew, batchOf(["d"])), contents(anew)]).toEqual([0, ["0:d"]])
  })

  test.each([
    ["counts keys", 1],
    ["writes what is left", 6],
  ])("may be taken from under a cleaner that %s", async (_, pauseNumber) => {
    const disk = new MemoryDisk()
    const clock = new HandClock()
    const folder = folderOf(disk, clock)
    const log = logOf(folder)
    // The cleaner pauses after each two of them.
    for (let index = 0; index < 8; index++) {
      append(log, batchOf([String(index).repeat(600_000)]))
      log.roll()
    }
    let pauses = 0
    await folder.clean(log, log.logEndOffset, async () => {
      if (++pauses === pauseNumber) folder.removeLog(log)
    })
    const anew = logOf(folder, OTHER_TOPIC_ID)
    append(anew, batchOf(["new"]))
    clock.pass(DELAY_MS)
    expect([pauses, folder.failure, partitionsIn(disk), contents(anew)]).toEqual([
      pauseNumber,
      undefined,
      ["events-0"],
      ["0:new"],
    ])
  })
})
