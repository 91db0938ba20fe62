import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs"
import { join } from "node:path"

/** A data folder that cannot be used, in a sentence. */
export class DataFolderRefusal extends Error {
  override readonly name = "DataFolderRefusal"
}

/** A data folder that is ours until `release`. */
export interface DataFolder {
  readonly path: string
  release(): void
}

const LOCK_FILE = ".lock"

/** After this a lock whose process id belongs to somebody else by now is recognised by its silent control socket. */
const START_LIMIT_MS = 60_000

interface Lock {
  readonly pid: number
  readonly control: string
}

/**
 * Takes a data folder for one process, as Kafka does with `.lock`.
 * @param control where this cluster will be reachable: named to whoever comes second
 */
export function lockDataFolder(path: string, control: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new DataFolderRefusal(`The folder ${path} cannot be made: ${messageOf(error)}`)
  }
  const lock: Lock = { pid: process.pid, control }
  const file = join(path, LOCK_FILE)
  if (!createLock(file, lock)) {
    const holder = readLock(file)
    if (holder && isAlive(holder, file)) throw new DataFolderRefusal(inUse(path, holder))
    // Whoever held it died without a word.
    rmSync(file, { force: true })
    if (!createLock(file, lock)) throw new DataFolderRefusal(inUse(path, readLock(file)))
  }
  return { path, release: () => rmSync(file, { force: true }) }
}

function createLock(file: string, lock: Lock): boolean {
  try {
    const descriptor = openSync(file, "wx")
    writeSync(descriptor, JSON.stringify(lock))
    closeSync(descriptor)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw new DataFolderRefusal(
      `The folder ${file.slice(0, -LOCK_FILE.length - 1)} cannot be written: ${messageOf(error)}`,
    )
  }
}

function readLock(file: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Lock
  } catch {
    return undefined
  }
}

function isAlive({ pid, control }: Lock, file: string): boolean {
  if (!isRunning(pid)) return false
  // The number may have gone to another program: a cluster that is up has its socket file (a pipe leaves none).
  if (control.startsWith("\\\\") || exists(control)) return true
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < START_LIMIT_MS
}

/** True while a process of this number runs, whoever's it is. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function inUse(path: string, holder: Lock | undefined): string {
  const who = holder ? `the cluster with process id ${holder.pid} (control: ${holder.control})` : "another cluster"
  return `The folder ${path} is in use by ${who}: stop that one first, or choose another folder with --data.`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
