import type { Disk, DiskError, DiskFile, DiskResult, DiskSpace } from "./disk"

/**
 * A disk as one process has it: when the process ends, its descriptors are given back and whatever it had begun (a
 * flush of several files, a swap of cleaned segments) goes no further. The next life finds the files to itself.
 */
export class ProcessDisk implements Disk {
  readonly #disk: Disk
  readonly #open = new Set<DiskFile>()
  #hasEnded = false

  constructor(disk: Disk) {
    this.#disk = disk
  }

  get delayMs(): number {
    return this.#disk.delayMs
  }

  /** As the operating system does for a process that is gone. */
  end(): void {
    this.#hasEnded = true
    for (const file of this.#open) file.close()
    this.#open.clear()
  }

  openFile(path: string): DiskResult<DiskFile> {
    const opened = this.#alive(path, () => this.#disk.openFile(path))
    return opened.ok ? { ok: true, value: this.#wrap(opened.value) } : opened
  }

  list(folder: string): DiskResult<readonly string[]> {
    return this.#alive(folder, () => this.#disk.list(folder))
  }

  makeFolder(path: string): DiskResult<void> {
    return this.#alive(path, () => this.#disk.makeFolder(path))
  }

  rename(from: string, to: string): DiskResult<void> {
    return this.#alive(from, () => this.#disk.rename(from, to))
  }

  remove(path: string): DiskResult<void> {
    return this.#alive(path, () => this.#disk.remove(path))
  }

  readFile(path: string): DiskResult<Buffer | undefined> {
    return this.#alive(path, () => this.#disk.readFile(path))
  }

  writeFile(path: string, bytes: Uint8Array, options?: { readonly durable?: boolean }): DiskResult<void> {
    return this.#alive(path, () => this.#disk.writeFile(path, bytes, options))
  }

  flushFiles(folder: string, names: readonly string[]): Promise<DiskResult<void>> {
    if (this.#hasEnded) return Promise.resolve({ ok: false, error: ended(folder) })
    return this.#disk.flushFiles(folder, names)
  }

  exists(path: string): boolean {
    return !this.#hasEnded && this.#disk.exists(path)
  }

  space(path: string): DiskResult<DiskSpace | undefined> {
    return this.#alive(path, () => this.#disk.space(path))
  }

  #wrap(file: DiskFile): DiskFile {
    /** A file that was closed may be used again, and holds a descriptor from then on. */
    const use = <Value>(action: () => DiskResult<Value>): DiskResult<Value> => {
      if (this.#hasEnded) return { ok: false, error: ended(file.path) }
      this.#open.add(file)
      return action()
    }
    return {
      path: file.path,
      get size() {
        return file.size
      },
      append: (bytes) => use(() => file.append(bytes)),
      read: (position, length, allocate) => use(() => file.read(position, length, allocate)),
      truncate: (size) => use(() => file.truncate(size)),
      flush: async () => {
        const begun = use(() => ({ ok: true, value: file.flush() }))
        if (!begun.ok) return begun
        const flushed = await begun.value
        // One flush may stand behind another, and open the file again.
        if (this.#hasEnded) file.close()
        return flushed
      },
      close: () => {
        this.#open.delete(file)
        file.close()
      },
    }
  }

  #alive<Value>(path: string, action: () => DiskResult<Value>): DiskResult<Value> {
    return this.#hasEnded ? { ok: false, error: ended(path) } : action()
  }
}

function ended(path: string): DiskError {
  return { code: "EIO", path, message: "The process that used this file has ended." }
}
