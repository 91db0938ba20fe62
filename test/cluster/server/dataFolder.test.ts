import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { DataFolderRefusal, lockDataFolder } from "../../../src/cluster/server/dataFolder"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "logbook-lock-"))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe("a data folder", () => {
  test("belongs to one cluster, whom a second one is told of", () => {
    const socket = join(folder, "control.sock")
    const first = lockDataFolder(join(folder, "data"), socket)
    expect(() => lockDataFolder(join(folder, "data"), "other")).toThrow(
      new DataFolderRefusal(
        `The folder ${join(folder, "data")} is in use by the cluster with process id ${process.pid} ` +
          `(control: ${socket}): stop that one first, or choose another folder with --data.`,
      ),
    )
    first.release()
    lockDataFolder(join(folder, "data"), "other").release()
    expect(readdirSync(join(folder, "data"))).toEqual([])
  })

  test("is free again when whoever held it has died", () => {
    // The kernel gives no process this number: it is above every pid_max.
    writeFileSync(join(folder, ".lock"), JSON.stringify({ pid: 2 ** 30, control: "gone" }))
    expect(lockDataFolder(folder, "new").path).toBe(folder)
  })

  test("that cannot be made is refused with its path", () => {
    writeFileSync(join(folder, "file"), "")
    expect(() => lockDataFolder(join(folder, "file", "data"), "c")).toThrow(/The folder .*data cannot be made: ENOTDIR/)
  })
})
