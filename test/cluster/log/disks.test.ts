import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Disk, DiskFile, DiskResult } from "../../../src/cluster/disk"
import { FaultyDisk } from "../../../src/cluster/faultyDisk"
import { ProcessDisk } from "../../../src/cluster/processDisk"
import { RealDisk } from "../../../src/cluster/realDisk"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { seededRandom } from "./seededRandom"

type Operation =
  | { readonly kind: "append" | "writeFile"; readonly file: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly file: number; readonly size: number }
  | { readonly kind: "read"; readonly file: number; readonly position: number; readonly length: number }
  | { readonly kind: "remove" | "flush" | "close"; readonly file: number }
  | { readonly kind: "rename"; readonly file: number; readonly to: number }

const file = fc.integer({ min: 0, max: 3 })
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("append" as const), file, bytes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("writeFile" as const), file, bytes }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("truncate" as const), file, size: fc.integer({ min: 0, max: 30 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("read" as const), file, position: fc.nat(60), length: fc.nat(60) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "flush", "close"), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rename" as const), file, to: file }) },
)

/** Opens a file anew after its name has come to stand for another. */
class Files {
  readonly #open = new Map<number, DiskFile>()
  constructor(
    readonly disk: Disk,
    readonly folder: string,
  ) {}

  path(index: number): string {
    return `${this.folder}/file-${index}`
  }

  of(index: number): DiskFile {
    const known = this.#open.get(index) ?? expectOk(this.disk.openFile(this.path(index)))
    this.#open.set(index, known)
    return known
  }

  forget(index: number): void {
    this.#open.get(index)?.close()
    this.#open.delete(index)
  }
}

async function run(files: Files, each: Operation): Promise<unknown> {
  const { disk } = files
  switch (each.kind) {
    case "append":
      return expectOk(files.of(each.file).append(each.bytes))
    case "truncate":
      return files.of(each.file).size < each.size ? "beyond" : files.of(each.file).truncate(each.size).ok
    case "read":
      return expectOk(files.of(each.file).read(each.position, each.length)).toString("hex")
    case "flush":
      return files.of(each.file).size > 0 && (await files.of(each.file).flush()).ok
    case "close":
      return files.of(each.file).close()
    case "writeFile":
      files.forget(each.file)
      return disk.writeFile(files.path(each.file), each.bytes).ok
    case "remove":
      files.forget(each.file)
      return disk.remove(files.path(each.file)).ok
    case "rename": {
      for (const index of [each.file, each.to]) files.forget(index)
      return disk.exists(files.path(each.file)) && disk.rename(files.path(each.file), files.path(each.to)).ok
    }
  }
}

function expectOk<Value>(result: DiskResult<Value>): Value {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

test("real files and memory answer alike, whatever is done with them", async () => {
  const root = mkdtempSync(join(tmpdir(), "disks-"))
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
      const folder = join(root, String(round++))
      const real = new Files(new RealDisk(2), folder)
      const memory = new Files(new MemoryDisk(), folder)
      const both = [real, memory]
      for (const files of both) files.disk.makeFolder(folder)
      for (const each of operations) {
        const answers = [await run(real, each), await run(memory, each)]
        expect(answers[1]).toEqual(answers[0])
      }
      const contents = both.map(({ disk }) => [0, 1, 2, 3].map((index) => disk.readFile(`${folder}/file-${index}`)))
      expect(contents[1]?.map(presence)).toEqual(contents[0]?.map(presence))
    }),
    { numRuns: 60 },
  )
  rmSync(root, { recursive: true, force: true })
})

/** An empty file may or may not be there before its first byte. */
function presence(result: DiskResult<Buffer | undefined>): string {
  return result.ok ? (result.value?.toString("hex") ?? "") : result.error.code
}

describe("a power failure", () => {
  test("keeps all that was flushed, a prefix of what was not, and old or new of a replaced file", () => {
    const outcomes = { lost: 0, torn: 0, zeroed: 0, oldFile: 0, newFile: 0 }
    for (let seed = 0; seed < 200; seed++) {
      const disk = new MemoryDisk()
      const written = expectOk(disk.openFile("/log"))
      const [durable, late] = [Buffer.alloc(100, 1), Buffer.alloc(900, 2)]
      written.append(durable)
      void written.flush()
      written.append(late)
      disk.writeFile("/checkpoint", Buffer.from("old"), { durable: true })
      disk.writeFile("/checkpoint", Buffer.from("new"))
      disk.powerOff(seededRandom(seed))
      const left = expectOk(disk.readFile("/log")) ?? Buffer.alloc(0)
      const checkpoint = expectOk(disk.readFile("/checkpoint"))?.toString()
      expect(left.subarray(0, 100)).toEqual(durable)
      expect(["old", "new"]).toContain(checkpoint)
      expect(written.append(durable).ok).toBe(false)
      const tail = left.subarray(100)
      const zeros = tail.filter((byte) => byte === 0).length
      expect(tail.subarray(0, tail.length - zeros).every((byte) => byte === 2)).toBe(true)
      if (tail.length < late.length) outcomes.torn++
      if (tail.length === 0) outcomes.lost++
      if (zeros > 0) outcomes.zeroed++
      if (checkpoint === "old") outcomes.oldFile++
      else outcomes.newFile++
    }
    expect([outcomes.torn > 100, outcomes.zeroed > 20, outcomes.oldFile > 50, outcomes.newFile > 50]).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  test("a kill keeps everything, a lost disk nothing", () => {
    const disk = new MemoryDisk()
    expectOk(disk.openFile("/a/log")).append(Buffer.from("x"))
    disk.kill()
    const kept = disk.exists("/a/log")
    disk.lose()
    expect([kept, disk.exists("/a/log"), disk.list("/a")]).toEqual([true, false, { ok: true, value: [] }])
  })
})

test("a slow disk delays flushes and tells by how much replies must wait; a full one still reads and removes", async () => {
  const waits: number[] = []
  const disk = new FaultyDisk(new MemoryDisk(), async (delayMs) => void waits.push(delayMs))
  const opened = expectOk(disk.openFile("/log"))
  opened.append(Buffer.from("abc"))
  disk.setFault("slow", 300)
  const [slow] = [disk.delayMs, await opened.flush()]
  disk.setFault("full")
  const full = [opened.append(Buffer.from("d")).ok, opened.read(0, 3).ok, disk.remove("/other").ok, disk.delayMs]
  disk.setFault("fail")
  const failing = [opened.read(0, 3).ok, (await opened.flush()).ok, disk.list("/").ok]
  disk.setFault("ok")
  expect([slow, waits, full, failing, opened.append(Buffer.from("d"))]).toEqual([
    300,
    [300],
    [false, true, true, 0],
    [false, false, false],
    { ok: true, value: 3 },
  ])
})

describe("real files", () => {
  let folder = ""
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "disks-"))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test("are read into memory that the reader provides, whatever stands before them", () => {
    const disk = new ProcessDisk(new FaultyDisk(new RealDisk(), () => Promise.resolve()))
    const opened = expectOk(disk.openFile(join(folder, "log")))
    opened.append(Buffer.from("records"))
    const provided = new ArrayBuffer(16)
    const read = expectOk(opened.read(0, 7, (bytes) => Buffer.from(provided, 0, bytes)))
    expect([read.buffer === provided, read.toString()]).toEqual([true, "records"])
  })

  test("that were removed are not brought back by a flush that stood behind another", async () => {
    const disk = new RealDisk()
    const path = join(folder, "log")
    const opened = expectOk(disk.openFile(path))
    const flushes: Promise<DiskResult<void>>[] = []
    for (let count = 0; count < 2; count++) {
      opened.append(Buffer.from("x"))
      flushes.push(opened.flush())
    }
    opened.close()
    disk.remove(path)
    expect([await Promise.all(flushes), disk.exists(path)]).toEqual([
      [
        { ok: true, value: undefined },
        { ok: true, value: undefined },
      ],
      false,
    ])
  })
})
