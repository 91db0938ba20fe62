import { readdirSync, readFileSync, statSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import type { ClusterAddress } from "../contract/control"
import { runningClustersFolder } from "../contract/runningClusters"

/** The clusters of this user that run on this machine, the one that was started last first. */
export function runningClusters(): ClusterAddress[] {
  const folder = runningClustersFolder(tmpdir(), process.getuid?.() ?? userInfo().username)
  return names(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const address = readAddress(path)
      return address ? [{ address, startedMs: statSync(path).mtimeMs }] : []
    })
    .sort((left, right) => right.startedMs - left.startedMs)
    .map(({ address }) => address)
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readAddress(path: string): ClusterAddress | undefined {
  try {
    const address = JSON.parse(readFileSync(path, "utf8")) as ClusterAddress
    process.kill(address.pid, 0)
    return address
  } catch {
    // Half written, or left by a cluster that was killed.
    return undefined
  }
}
