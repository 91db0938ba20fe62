import { describe, expect, it } from "vitest"
import type { DiskFile } from "../../src/cluster/disk"
import { ProcessDisk } from "../../src/cluster/processDisk"
import { MemoryDisk } from "../../src/cluster/sim/memoryDisk"
import { VirtualCluster } from "./replication/virtualCluster"

/** A disk that knows which of its files hold a descriptor: those that were used since they were closed. */
class CountedDisk extends MemoryDisk {
  readonly open = new Set<string>()

  override openFile(path: string): ReturnType<MemoryDisk["openFile"]> {
    const opened = super.openFile(path)
    if (!opened.ok) return opened
    const file = opened.value
    const using = <Result>(action: () => Result): Result => {
      this.open.add(path)
      return action()
    }
    const counted: DiskFile = {
      path,
      get size() {
        return file.size
      },
      append: (bytes) => using(() => file.append(bytes)),
      read: (position, length) => using(() => file.read(position, length)),
      truncate: (size) => using(() => file.truncate(size)),
      flush: () => using(() => file.flush()),
      close: () => void this.open.delete(path),
    }
    return { ok: true, value: counted }
  }
}

describe("a node", () => {
  it("gives every descriptor back when it is killed, and when it stops", async () => {
    const disks = new Map([1, 2, 3].map((id) => [id, new CountedDisk()]))
    const world = await new VirtualCluster({ disks }).start()
    await world.createTopic("orders", [[1, 2, 3]])
    await world.sendAndWait("orders", "paid")
    const ofOrders = () =>
      [2, 3].map((id) => [...(disks.get(id)?.open ?? [])].filter((path) => path.includes("orders-0")))
    const before = ofOrders().map((files) => files.length > 0)
    world.node(2).kill()
    await world.clock.settle(world.node(3).stop())
    await world.clock.advance(60_000)
    const after = [2, 3].map((id) => disks.get(id)?.open.size)
    await Promise.all([2, 3].map((id) => world.clock.settle(world.node(id).start())))
    await world.clock.until(() => world.image("orders").isr.length === 3)
    expect({ before, after, consumed: await world.consume("orders") }).toEqual({
      before: [true, true],
      after: [0, 0],
      consumed: ["paid"],
    })
  })
})

describe("the disk of a process that has ended", () => {
  it("does nothing any more, whatever the process had begun, and leaves the next process alone", async () => {
    const disk = new CountedDisk()
    const [first, second] = [new ProcessDisk(disk), new ProcessDisk(disk)]
    const [own, next] = [first, second].map((process) => process.openFile("log"))
    if (!own?.ok || !next?.ok) throw new Error("a memory disk opens every file")
    own.value.append(Buffer.from("a"))
    const flushing = own.value.flush()
    first.end()
    const isClosed = disk.open.size === 0
    const codes = [
      own.value.append(Buffer.from("b")),
      own.value.read(0, 1),
      own.value.truncate(0),
      await own.value.flush(),
      first.openFile("log"),
      first.writeFile("other", Buffer.from("b")),
      first.rename("log", "gone"),
      first.remove("log"),
      first.list(""),
    ].map((result) => (result.ok ? "ok" : result.error.code))
    next.value.append(Buffer.from("c"))
    expect({
      isClosed,
      flushed: (await flushing).ok,
      codes: [...new Set(codes)],
      open: [...disk.open],
      log: second.readFile("log"),
    }).toEqual({
      isClosed: true,
      flushed: true,
      codes: ["EIO"],
      open: ["log"],
      log: { ok: true, value: Buffer.from("ac") },
    })
  })
})
