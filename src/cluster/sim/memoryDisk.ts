import type { Disk, DiskError, DiskFile, DiskResult } from "../disk"

/** The unit in which a device writes: a torn write ends at such a boundary or holds zeros up to it. */
const SECTOR_BYTES = 512

/** In one of so many torn tails the last sector was allocated but never written: it holds zeros. */
const ZEROED_TAIL_ONE_IN = 4

interface StoredFile {
  bytes: Buffer
  size: number
  /** What survives a power failure for sure. */
  durableSize: number
  /** What a power failure may bring back: the file before a `writeFile` that was not durable. */
  previous: StoredFile | "absent" | undefined
}

/**
 * A disk in memory that crashes like a real one. Renames, removals, truncations and new names are journaled
 * (they survive at once, as on ext4 or APFS); appended bytes survive only what `flush` confirmed.
 */
export class MemoryDisk implements Disk {
  readonly delayMs = 0
  readonly #files = new Map<string, StoredFile>()
  readonly #folders = new Set<string>()
  /** Handles of an earlier life of the node refuse to work. */
  #life = 0

  /** The process dies, the machine does not: the page cache keeps everything. */
  kill(): void {
    this.#life++
  }

  /** The machine dies: of what was not flushed a prefix survives, as `random` (0 ≤ r < 1) decides. */
  powerOff(random: () => number): void {
    this.#life++
    for (const path of [...this.#files.keys()].sort()) {
      const file = this.#files.get(path)
      if (file) this.#tear(path, file, random)
    }
  }

  /** The disk is replaced by an empty one; what is kept was on another. */
  lose(isKept: (path: string) => boolean = () => false): void {
    this.#life++
    for (const path of [...this.#files.keys()]) if (!isKept(path)) this.#files.delete(path)
    for (const path of [...this.#folders]) if (!isKept(path)) this.#folders.delete(path)
  }

  #tear(path: string, file: StoredFile, random: () => number): void {
    if (file.previous !== undefined && random() < 0.5) {
      if (file.previous !== "absent") this.#files.set(path, file.previous)
      else if (random() < 0.5) this.#files.delete(path)
      else this.#files.set(path, { bytes: Buffer.alloc(0), size: 0, durableSize: 0, previous: undefined })
      return
    }
    file.previous = undefined
    const unflushed = file.size - file.durableSize
    if (unflushed === 0) return
    file.size = file.durableSize + Math.floor(random() * (unflushed + 1))
    if (random() * ZEROED_TAIL_ONE_IN < 1) {
      const zeroedFrom = Math.max(file.durableSize, file.size - SECTOR_BYTES)
      file.bytes = Buffer.from(file.bytes)
      file.bytes.fill(0, zeroedFrom, file.size)
    }
    file.durableSize = file.size
  }

  openFile(path: string): DiskResult<DiskFile> {
    const life = this.#life
    return done(new MemoryFile(path, this.#files, () => this.#life === life))
  }

  list(folder: string): DiskResult<readonly string[]> {
    const prefix = `${folder}/`
    const names = new Set<string>()
    for (const path of [...this.#files.keys(), ...this.#folders]) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split("/")[0] ?? "")
    }
    return done([...names].sort())
  }

  makeFolder(path: string): DiskResult<void> {
    const parts = path.split("/")
    for (let depth = 1; depth <= parts.length; depth++) this.#folders.add(parts.slice(0, depth).join("/"))
    return done(undefined)
  }

  rename(from: string, to: string): DiskResult<void> {
    if (!this.exists(from)) return { ok: false, error: absent(from) }
    const moved = (path: string): string => to + path.slice(from.length)
    for (const [path, file] of [...this.#files]) {
      if (!isWithin(path, from)) continue
      this.#files.delete(path)
      this.#files.set(moved(path), file)
    }
    for (const path of [...this.#folders]) {
      if (!isWithin(path, from)) continue
      this.#folders.delete(path)
      this.#folders.add(moved(path))
    }
    return done(undefined)
  }

  remove(path: string): DiskResult<void> {
    for (const file of [...this.#files.keys()]) if (isWithin(file, path)) this.#files.delete(file)
    for (const folder of [...this.#folders]) if (isWithin(folder, path)) this.#folders.delete(folder)
    return done(undefined)
  }

  readFile(path: string): DiskResult<Buffer | undefined> {
    const file = this.#files.get(path)
    return done(file && Buffer.from(file.bytes.subarray(0, file.size)))
  }

  writeFile(path: string, bytes: Uint8Array, options: { readonly durable?: boolean } = {}): DiskResult<void> {
    const before = this.#files.get(path)
    // A new name without bytes is only journaled.
    const isDurable = options.durable || (bytes.length === 0 && !before)
    const previous = isDurable ? undefined : (before?.previous ?? before ?? "absent")
    this.#files.set(path, { bytes: Buffer.from(bytes), size: bytes.length, durableSize: bytes.length, previous })
    return done(undefined)
  }

  flushFiles(folder: string, names: readonly string[]): Promise<DiskResult<void>> {
    for (const name of names) {
      const file = this.#files.get(`${folder}/${name}`)
      if (file) makeDurable(file)
    }
    return Promise.resolve(done(undefined))
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.#folders.has(path)
  }

  space(): DiskResult<undefined> {
    return done(undefined)
  }
}

class MemoryFile implements DiskFile {
  readonly path: string
  readonly #files: Map<string, StoredFile>
  readonly #alive: () => boolean

  constructor(path: string, files: Map<string, StoredFile>, alive: () => boolean) {
    this.path = path
    this.#files = files
    this.#alive = alive
  }

  get size(): number {
    return this.#files.get(this.path)?.size ?? 0
  }

  append(bytes: Uint8Array): DiskResult<number> {
    if (!this.#alive()) return { ok: false, error: crashed(this.path) }
    const file = this.#stored()
    const position = file.size
    if (position + bytes.length > file.bytes.length) {
      const grown = Buffer.alloc(Math.max(SECTOR_BYTES, (position + bytes.length) * 2))
      file.bytes.copy(grown, 0, 0, position)
      file.bytes = grown
    }
    file.bytes.set(bytes, position)
    file.size += bytes.length
    return done(position)
  }

  read(position: number, length: number): DiskResult<Buffer> {
    if (!this.#alive()) return { ok: false, error: crashed(this.path) }
    const file = this.#files.get(this.path)
    if (!file) return done(Buffer.alloc(0))
    const end = Math.min(file.size, position + length)
    return done(Buffer.from(file.bytes.subarray(Math.min(position, end), end)))
  }

  truncate(size: number): DiskResult<void> {
    if (!this.#alive()) return { ok: false, error: crashed(this.path) }
    const file = this.#stored()
    file.size = Math.min(file.size, size)
    file.durableSize = Math.min(file.durableSize, file.size)
    return done(undefined)
  }

  flush(): Promise<DiskResult<void>> {
    if (!this.#alive()) return Promise.resolve({ ok: false, error: crashed(this.path) })
    const file = this.#files.get(this.path)
    if (file) makeDurable(file)
    return Promise.resolve(done(undefined))
  }

  close(): void {}

  #stored(): StoredFile {
    let file = this.#files.get(this.path)
    if (!file) {
      file = { bytes: Buffer.alloc(0), size: 0, durableSize: 0, previous: undefined }
      this.#files.set(this.path, file)
    }
    return file
  }
}

function makeDurable(file: StoredFile): void {
  file.durableSize = file.size
  file.previous = undefined
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function done<Value>(value: Value): DiskResult<Value> {
  return { ok: true, value }
}

function absent(path: string): DiskError {
  return { code: "ENOENT", path, message: "There is no such file or folder." }
}

function crashed(path: string): DiskError {
  return { code: "EIO", path, message: "The node that opened this file has crashed." }
}
