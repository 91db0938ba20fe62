import * as fs from "node:fs"
import { dirname } from "node:path"
import type { Disk, DiskError, DiskErrorCode, DiskFile, DiskResult, DiskSpace } from "./disk"

/** Descriptors that one disk keeps open; the least recently used ones are closed beyond it. */
export const MAX_OPEN_DESCRIPTORS = 512

/** How much of the bound is closed at once when it is reached, so that finding what to close is paid seldom. */
const SHARE_CLOSED_TOGETHER = 1 / 8

/** The operating system's files. Appends go to the page cache; only `flush` and durable writes wait for the device. */
export class RealDisk implements Disk {
  readonly delayMs = 0
  readonly #descriptors: Descriptors

  constructor(maxOpenDescriptors = MAX_OPEN_DESCRIPTORS) {
    this.#descriptors = new Descriptors(maxOpenDescriptors)
  }

  openFile(path: string): DiskResult<DiskFile> {
    return attempt(path, () => {
      const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0
      return new RealFile(path, size, this.#descriptors)
    })
  }

  list(folder: string): DiskResult<readonly string[]> {
    return attempt(folder, () => (fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []))
  }

  makeFolder(path: string): DiskResult<void> {
    return attempt(path, () => makeFolders(path))
  }

  rename(from: string, to: string): DiskResult<void> {
    return attempt(from, () => fs.renameSync(from, to))
  }

  remove(path: string): DiskResult<void> {
    return attempt(path, () => fs.rmSync(path, { recursive: true, force: true }))
  }

  readFile(path: string): DiskResult<Buffer | undefined> {
    return attempt(path, () => (fs.existsSync(path) ? fs.readFileSync(path) : undefined))
  }

  writeFile(path: string, bytes: Uint8Array, options: { readonly durable?: boolean } = {}): DiskResult<void> {
    return attempt(path, () => {
      // A new small file needs no second name: making and renaming files is what costs most on a busy disk.
      if (!options.durable && writeNew(path, bytes)) return
      const temporary = `${path}.tmp`
      const descriptor = fs.openSync(temporary, "w")
      try {
        writeFully(descriptor, bytes, 0)
        if (options.durable) fs.fsyncSync(descriptor)
      } finally {
        fs.closeSync(descriptor)
      }
      fs.renameSync(temporary, path)
      if (options.durable) flushFolder(dirname(path))
    })
  }

  async flushFiles(folder: string, names: readonly string[]): Promise<DiskResult<void>> {
    try {
      await Promise.all(names.map((name) => synchronizeFile(`${folder}/${name}`)))
      await synchronizeFolder(folder)
      return { ok: true, value: undefined }
    } catch (thrown) {
      return unlessGone(diskErrorOf(folder, thrown))
    }
  }

  exists(path: string): boolean {
    return fs.existsSync(path)
  }

  space(path: string): DiskResult<DiskSpace> {
    return attempt(path, () => {
      const { bsize, blocks, bavail } = fs.statfsSync(path)
      return { totalBytes: bsize * blocks, usableBytes: bsize * bavail }
    })
  }
}

class RealFile implements DiskFile {
  readonly path: string
  readonly #descriptors: Descriptors
  #size: number
  #dirty = false
  #flushing: Promise<DiskResult<void>> | undefined
  #nextFlush: Promise<DiskResult<void>> | undefined

  constructor(path: string, size: number, descriptors: Descriptors) {
    this.path = path
    this.#size = size
    this.#descriptors = descriptors
  }

  get size(): number {
    return this.#size
  }

  append(bytes: Uint8Array): DiskResult<number> {
    const position = this.#size
    try {
      writeFully(this.#descriptors.of(this), bytes, position)
    } catch (thrown) {
      this.#undoAppend()
      return { ok: false, error: diskErrorOf(this.path, thrown) }
    }
    this.#size += bytes.length
    this.#dirty = true
    return { ok: true, value: position }
  }

  /** A write that ran out of space may have left a part of it behind. */
  #undoAppend(): void {
    try {
      fs.ftruncateSync(this.#descriptors.of(this), this.#size)
    } catch {
      // The append's own error is the one to report; recovery cuts the torn tail.
    }
  }

  read(position: number, length: number, allocate = Buffer.allocUnsafeSlow): DiskResult<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.#size - position))
    if (wanted === 0) return { ok: true, value: Buffer.alloc(0) }
    return attempt(this.path, () => {
      const bytes = allocate(wanted)
      const descriptor = this.#descriptors.of(this)
      let read = 0
      while (read < wanted) {
        const count = fs.readSync(descriptor, bytes, read, wanted - read, position + read)
        if (count === 0) break
        read += count
      }
      return bytes.subarray(0, read)
    })
  }

  truncate(size: number): DiskResult<void> {
    return attempt(this.path, () => {
      fs.ftruncateSync(this.#descriptors.of(this), size)
      this.#size = size
      this.#dirty = true
    })
  }

  /** Calls that arrive while a flush runs share the one after it (group commit). */
  flush(): Promise<DiskResult<void>> {
    if (this.#flushing) {
      this.#nextFlush ??= this.#flushing.then(() => {
        this.#nextFlush = undefined
        return this.flush()
      })
      return this.#nextFlush
    }
    if (!this.#dirty) return Promise.resolve({ ok: true, value: undefined })
    this.#dirty = false
    this.#flushing = this.#synchronize().then((result) => {
      this.#flushing = undefined
      if (!result.ok) this.#dirty = true
      return result
    })
    return this.#flushing
  }

  async #synchronize(): Promise<DiskResult<void>> {
    try {
      const descriptor = this.#descriptors.pin(this)
      await new Promise<void>((resolve, reject) => {
        fs.fdatasync(descriptor, (error) => (error ? reject(error) : resolve()))
      })
      return { ok: true, value: undefined }
    } catch (thrown) {
      return unlessGone(diskErrorOf(this.path, thrown))
    } finally {
      this.#descriptors.unpin(this)
    }
  }

  close(): void {
    this.#descriptors.release(this)
  }
}

interface OpenDescriptor {
  readonly number: number
  lastUse: number
  pins: number
  released: boolean
}

/** Opens files when they are used and keeps a bounded number of them open. */
class Descriptors {
  readonly #limit: number
  readonly #open = new Map<RealFile, OpenDescriptor>()
  #uses = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Throws what the operating system throws. */
  of(file: RealFile): number {
    return this.#entry(file).number
  }

  /** Keeps the descriptor open until `unpin`, as an asynchronous call works on it. The file must be there. */
  pin(file: RealFile): number {
    const entry = this.#entry(file, false)
    entry.pins++
    return entry.number
  }

  unpin(file: RealFile): void {
    const entry = this.#open.get(file)
    if (!entry || entry.pins === 0) return
    entry.pins--
    if (entry.released && entry.pins === 0) this.#close(file, entry)
  }

  release(file: RealFile): void {
    const entry = this.#open.get(file)
    if (!entry) return
    if (entry.pins > 0) entry.released = true
    else this.#close(file, entry)
  }

  #entry(file: RealFile, mayCreate = true): OpenDescriptor {
    let entry = this.#open.get(file)
    if (!entry) {
      if (this.#open.size >= this.#limit) this.#closeLeastRecent()
      const number = fs.openSync(file.path, fs.constants.O_RDWR | (mayCreate ? fs.constants.O_CREAT : 0), 0o644)
      entry = { number, lastUse: 0, pins: 0, released: false }
      this.#open.set(file, entry)
    }
    entry.lastUse = ++this.#uses
    entry.released = false
    return entry
  }

  #closeLeastRecent(): void {
    const idle = [...this.#open].filter(([, entry]) => entry.pins === 0)
    idle.sort(([, left], [, right]) => left.lastUse - right.lastUse)
    for (const [file, entry] of idle.slice(0, Math.ceil(this.#limit * SHARE_CLOSED_TOGETHER))) this.#close(file, entry)
  }

  #close(file: RealFile, entry: OpenDescriptor): void {
    this.#open.delete(file)
    fs.closeSync(entry.number)
  }
}

/** By itself, as Node's recursive mkdir never returns where no folder can be made (/proc). */
function makeFolders(path: string): void {
  if (fs.existsSync(path)) return
  if (dirname(path) !== path) makeFolders(dirname(path))
  fs.mkdirSync(path)
}

/** False when there is such a file. */
function writeNew(path: string, bytes: Uint8Array): boolean {
  if (fs.existsSync(path)) return false
  const descriptor = fs.openSync(path, "wx")
  try {
    writeFully(descriptor, bytes, 0)
  } finally {
    fs.closeSync(descriptor)
  }
  return true
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let written = 0
  while (written < bytes.length) {
    written += fs.writeSync(descriptor, bytes, written, bytes.length - written, position + written)
  }
}

/** A rename survives a power failure only with its folder; Windows has no such call and needs none. */
function flushFolder(path: string): void {
  if (process.platform === "win32") return
  const descriptor = fs.openSync(path, "r")
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

async function synchronizeFolder(path: string): Promise<void> {
  if (process.platform !== "win32") await synchronizeFile(path, "r")
}

/** Beside others, in a thread of its own: the event loop goes on. */
async function synchronizeFile(path: string, flags: "r" | "r+" = "r+"): Promise<void> {
  const file = await fs.promises.open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What is flushed may have been removed or renamed meanwhile, as one flush stands behind another: nobody waits for it. */
function unlessGone(error: DiskError): DiskResult<void> {
  return error.code === "ENOENT" ? { ok: true, value: undefined } : { ok: false, error }
}

function attempt<Value>(path: string, action: () => Value): DiskResult<Value> {
  try {
    return { ok: true, value: action() }
  } catch (thrown) {
    return { ok: false, error: diskErrorOf(path, thrown) }
  }
}

function diskErrorOf(path: string, thrown: unknown): DiskError {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const systemCode = thrown instanceof Error && "code" in thrown ? String(thrown.code) : ""
  const code = KNOWN_CODES[systemCode] ?? "EIO"
  return { code, path, message: `${ADVICE[code]} (${text})` }
}

const KNOWN_CODES: Readonly<Record<string, DiskErrorCode>> = {
  ENOSPC: "ENOSPC",
  EDQUOT: "ENOSPC",
  EROFS: "EROFS",
  ENOENT: "ENOENT",
  ENOTDIR: "ENOENT",
  EACCES: "EACCES",
  EPERM: "EACCES",
  EMFILE: "EMFILE",
  ENFILE: "EMFILE",
}

const ADVICE: Readonly<Record<DiskErrorCode, string>> = {
  ENOSPC: "The disk is full: free some space and restart the broker.",
  EROFS: "The folder is read-only: give the broker a folder that it can write to.",
  EIO: "The disk failed: check it, or give the broker another folder.",
  ENOENT: "A file or folder of the broker has gone: somebody removed it while the broker ran.",
  EACCES: "The broker may not use this file: check its owner and permissions.",
  EMFILE: "Too many files are open: raise the limit of open files.",
}
