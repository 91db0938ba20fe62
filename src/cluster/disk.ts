/**
 * What a broker asks of a disk. Everything is synchronous but `flush`, as writing to the page cache is;
 * a disk that is full, read-only, damaged or gone answers with a value, it never throws.
 */
export interface Disk {
  /** Opens a file for reading and appending; an absent file is empty and comes to be with its first append. */
  openFile(path: string): DiskResult<DiskFile>
  /** Names (not paths) in a folder, sorted; an absent folder has none. */
  list(folder: string): DiskResult<readonly string[]>
  /** Makes a folder and its parents; one that exists is fine. */
  makeFolder(path: string): DiskResult<void>
  rename(from: string, to: string): DiskResult<void>
  /** Removes a file, or a folder with all in it; what is absent is fine. */
  remove(path: string): DiskResult<void>
  /** The whole file, or `undefined` when there is none. */
  readFile(path: string): DiskResult<Buffer | undefined>
  /**
   * Replaces a whole file at once: after a crash it holds the old bytes or the new, never a mixture.
   * `durable: true` also survives a power failure once this returned (fsync: slow); without it the old bytes may return,
   * and a file that is new may be empty.
   */
  writeFile(path: string, bytes: Uint8Array, options?: { readonly durable?: boolean }): DiskResult<void>
  /** Resolves when what `writeFile` has left in these files of one folder survives a power failure, names and bytes. */
  flushFiles(folder: string, names: readonly string[]): Promise<DiskResult<void>>
  exists(path: string): boolean
  /** The volume that a folder is on; `undefined` where there is none, as in memory. */
  space(path: string): DiskResult<DiskSpace | undefined>
  /** How long a broker parks its replies because the disk is slow; the event loop itself never waits. 0 in good order. */
  readonly delayMs: number
}

export interface DiskSpace {
  readonly totalBytes: number
  /** What this process may still write. */
  readonly usableBytes: number
}

export interface DiskFile {
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** Adds bytes at the end, all or none; returns the position of the first. */
  append(bytes: Uint8Array): DiskResult<number>
  /**
   * Up to `length` bytes from `position`: fewer at the end of the file. The caller owns the buffer, which `allocate`
   * may provide.
   */
  read(position: number, length: number, allocate?: (bytes: number) => Buffer): DiskResult<Buffer>
  truncate(size: number): DiskResult<void>
  /** Resolves when every byte appended before the call survives a power failure. */
  flush(): Promise<DiskResult<void>>
  /** Gives the descriptor back; a file may be used again after it. */
  close(): void
}

export type DiskErrorCode = "ENOSPC" | "EROFS" | "EIO" | "ENOENT" | "EACCES" | "EMFILE"

export interface DiskError {
  readonly code: DiskErrorCode
  readonly path: string
  /** One sentence for the operator. */
  readonly message: string
}

/** A node that cannot start because of its disk, in a sentence. */
export class DiskRefusal extends Error {
  override readonly name = "DiskRefusal"

  constructor(readonly error: DiskError) {
    super(error.message.includes(error.path) ? error.message : `${error.message} [${error.path}]`)
  }
}

export type DiskResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: DiskError }

/** The faults that a lesson or a simulation can lay on a disk. */
export type DiskFault = "slow" | "full" | "fail" | "ok"
