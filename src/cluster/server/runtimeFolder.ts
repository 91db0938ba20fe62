import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import type { ClusterAddress } from "../../contract/control"
import { runningClustersFolder } from "../../contract/runningClusters"
import { isRunning } from "./dataFolder"

/** Where a running cluster keeps what goes with it: its control socket, its address, data that nobody asked to keep. */
export interface RuntimeFolder {
  /** Of the control socket: a Unix socket's path, or a named pipe's. */
  readonly control: string
  /** For a cluster without `--data`. */
  readonly temporaryData: string
  publish(address: ClusterAddress): void
  /** Removes everything of this process. */
  remove(): void
}

/** Clusters that this process has started: tests start more than one. */
let opened = 0

export function openRuntimeFolder(): RuntimeFolder {
  const user = process.getuid?.() ?? userInfo().username
  const folder = ownFolder(runningClustersFolder(tmpdir(), user))
  sweep(folder)
  const name = `${process.pid}-${opened++}`
  const socket = join(folder, `${name}.sock`)
  const control = process.platform === "win32" ? `\\\\.\\pipe\\logbook-${user}-${name}` : socket
  const temporaryData = join(folder, `${name}-data`)
  const address = join(folder, `${name}.json`)
  return {
    control,
    temporaryData,
    publish: (value) => writeFileSync(address, `${JSON.stringify(value)}\n`, { mode: 0o600 }),
    remove: () => {
      for (const path of [address, socket, temporaryData]) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** The folder has a name that anybody can guess: one that is not ours, or open to others, is not used. */
function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  const isOurs = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid())
  if (!isOurs) return mkdtempSync(`${path}-`)
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) chmodSync(path, 0o700)
  return path
}

/** Takes away what clusters left behind that were killed. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^(\d+)[.-]/.exec(name)?.[1])
    if (Number.isInteger(pid) && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}
