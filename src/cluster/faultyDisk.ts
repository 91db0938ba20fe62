import type { Disk, DiskError, DiskErrorCode, DiskFault, DiskFile, DiskResult, DiskSpace } from "./disk"

/** How much longer everything takes on a slow disk, unless told otherwise. */
export const SLOW_DISK_DELAY_MS = 500

/** A disk that can be made slow, full or failing while it is used: for lessons and for the simulation. */
export class FaultyDisk implements Disk {
  readonly #inner: Disk
  readonly #wait: (delayMs: number) => Promise<void>
  #fault: DiskFault = "ok"
  #slowDelayMs = 0

  /** `wait` resolves after so many milliseconds of the node's clock. */
  constructor(inner: Disk, wait: (delayMs: number) => Promise<void>) {
    this.#inner = inner
    this.#wait = wait
  }

  get fault(): DiskFault {
    return this.#fault
  }

  get delayMs(): number {
    return this.#slowDelayMs
  }

  setFault(fault: DiskFault, slowDelayMs: number = SLOW_DISK_DELAY_MS): void {
    this.#fault = fault
    this.#slowDelayMs = fault === "slow" ? slowDelayMs : 0
  }

  openFile(path: string): DiskResult<DiskFile> {
    const opened = this.#reading(path, () => this.#inner.openFile(path))
    return opened.ok ? { ok: true, value: this.#wrap(opened.value) } : opened
  }

  list(folder: string): DiskResult<readonly string[]> {
    return this.#reading(folder, () => this.#inner.list(folder))
  }

  makeFolder(path: string): DiskResult<void> {
    return this.#writing(path, () => this.#inner.makeFolder(path))
  }

  rename(from: string, to: string): DiskResult<void> {
    return this.#reading(from, () => this.#inner.rename(from, to))
  }

  remove(path: string): DiskResult<void> {
    return this.#reading(path, () => this.#inner.remove(path))
  }

  readFile(path: string): DiskResult<Buffer | undefined> {
    return this.#reading(path, () => this.#inner.readFile(path))
  }

  writeFile(path: string, bytes: Uint8Array, options?: { readonly durable?: boolean }): DiskResult<void> {
    return this.#writing(path, () => this.#inner.writeFile(path, bytes, options))
  }

  async flushFiles(folder: string, names: readonly string[]): Promise<DiskResult<void>> {
    if (this.#slowDelayMs > 0) await this.#wait(this.#slowDelayMs)
    if (this.#fault === "fail") return refuse("EIO", folder)
    return this.#inner.flushFiles(folder, names)
  }

  exists(path: string): boolean {
    return this.#inner.exists(path)
  }

  space(path: string): DiskResult<DiskSpace | undefined> {
    const found = this.#reading(path, () => this.#inner.space(path))
    return this.#fault === "full" && found.ok && found.value
      ? { ok: true, value: { ...found.value, usableBytes: 0 } }
      : found
  }

  #wrap(file: DiskFile): DiskFile {
    return {
      path: file.path,
      get size() {
        return file.size
      },
      append: (bytes) => this.#writing(file.path, () => file.append(bytes)),
      read: (position, length, allocate) => this.#reading(file.path, () => file.read(position, length, allocate)),
      truncate: (size) => this.#reading(file.path, () => file.truncate(size)),
      flush: () => this.#flush(file),
      close: () => file.close(),
    }
  }

  async #flush(file: DiskFile): Promise<DiskResult<void>> {
    if (this.#slowDelayMs > 0) await this.#wait(this.#slowDelayMs)
    if (this.#fault === "fail") return refuse("EIO", file.path)
    return file.flush()
  }

  /** A full disk still reads, renames, truncates and removes: that is how one makes room. */
  #reading<Value>(path: string, action: () => DiskResult<Value>): DiskResult<Value> {
    return this.#fault === "fail" ? refuse("EIO", path) : action()
  }

  #writing<Value>(path: string, action: () => DiskResult<Value>): DiskResult<Value> {
    return this.#fault === "full" ? refuse("ENOSPC", path) : this.#reading(path, action)
  }
}

function refuse(code: DiskErrorCode, path: string): { readonly ok: false; readonly error: DiskError } {
  const message =
    code === "ENOSPC" ? "The disk is full (a fault was laid on it)." : "The disk fails (a fault was laid on it)."
  return { ok: false, error: { code, path, message } }
}
