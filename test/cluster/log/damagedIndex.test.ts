import { expect, test } from "vitest"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { append, batchOf, contents, HandClock, openLog } from "./logFixture"

test("an index that was damaged is built anew, and the epochs of later segments stay known", async () => {
  const disk = new MemoryDisk()
  const clock = new HandClock()
  const log = openLog({ disk, clock })
  append(log, batchOf(["a"], { timestamp: clock.nowMs }), 0)
  log.beginEpoch(1)
  log.roll()
  append(log, batchOf(["b"], { timestamp: clock.nowMs }), 1)
  log.close()
  await log.flush()
  disk.writeFile(`${log.folder}/00000000000000000000.timeindex`, Buffer.from("torn"))

  const reopened = openLog({ disk, clock, options: { cleanShutdown: true } })
  expect([contents(reopened), [0, 1].map((offset) => reopened.epochForOffset(offset)), reopened.latestEpoch]).toEqual([
    ["0:a", "1:b"],
    [0, 1],
    1,
  ])
  reopened.close()
  expect(disk.readFile(`${log.folder}/00000000000000000000.timeindex`)).toMatchObject({ value: { length: 12 } })
})
