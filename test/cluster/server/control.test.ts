import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { type ControlCommands, ControlRefusal, ControlServer } from "../../../src/cluster/server/control"
import { SnapshotSubscriptions } from "../../../src/cluster/server/subscriptions"
import type { ControlNotifications } from "../../../src/contract/control"
import { applyMergePatch } from "../../../src/contract/mergePatch"
import type { QuorumSnapshot } from "../../../src/contract/snapshot"
import { type ControlClient, connectControl } from "../../../src/process/control"
import { skipTest } from "../../skipTest"
import { CountingSource } from "./countingSource"

let folder: string
let source: CountingSource
let subscriptions: SnapshotSubscriptions
let server: ControlServer
let client: ControlClient
const killed: number[] = []
const logged: string[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "logbook-control-"))
  source = new CountingSource()
  subscriptions = new SnapshotSubscriptions(source)
  const commands = {
    "node/kill": ({ id }: { id: number }) => {
      if (id > 3) throw new ControlRefusal(`There is no node ${id}: they are 1, 2, 3.`)
      killed.push(id)
      return null
    },
    "node/stop": () => {
      throw new TypeError("a bug")
    },
  } as unknown as ControlCommands
  server = await ControlServer.listen({
    path: join(folder, "control.sock"),
    commands,
    subscriptions,
    log: (line) => logged.push(line),
  })
  client = await connectControl(join(folder, "control.sock"))
})

afterEach(() => {
  client.close()
  server.close()
  subscriptions.close()
  rmSync(folder, { recursive: true, force: true })
})

describe("the control socket", () => {
  test("may be opened by its owner alone", (context) => {
    if (process.platform === "win32") skipTest(context, "a named pipe has no mode")
    expect(statSync(join(folder, "control.sock")).mode & 0o777).toBe(0o600)
  })

  test("runs a command, answers a refusal with its sentence, and survives a bug", async () => {
    const message = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message)
    expect([
      await message(client.request("node/kill", { id: 2 })),
      await message(client.request("node/kill", { id: 9 })),
      await message(client.request("node/stop", { id: 1 })),
      await message(client.request("node/pause", { id: 1 })),
      killed,
      logged.map((line) => line.split("\n")[0]),
    ]).toEqual([
      "null",
      "There is no node 9: they are 1, 2, 3.",
      "node/stop failed: TypeError: a bug",
      "Unhandled method node/pause",
      [2],
      ["control: node/stop failed: TypeError: a bug"],
    ])
  })

  test("tells a subscriber every change as a patch on what it has", async () => {
    const { snapshot } = await client.request("cluster/subscribe", { detail: "full" })
    const changes: ControlNotifications["cluster/changed"][] = []
    client.onChanged((change) => changes.push(change))
    source.revision = 3
    await until(() => changes.length === 1)
    source.revision = 2
    await until(() => changes.length === 2)
    const now = changes.reduce((state, { patch }) => applyMergePatch(state, patch), snapshot)
    expect([changes.map(({ from, to }) => [from, to]), now]).toEqual([
      [
        [1, 3],
        [3, 2],
      ],
      source.build({ detail: "full" }),
    ])
  })

  test("forgets a subscriber whose connection has ended", async () => {
    const { subscribe } = subscriptions
    let isForgotten = false
    vi.spyOn(subscriptions, "subscribe").mockImplementation((...parameters) => {
      const { unsubscribe, ...first } = subscribe.apply(subscriptions, parameters)
      const forget = () => {
        isForgotten = true
        unsubscribe()
      }
      return { ...first, unsubscribe: forget }
    })
    await client.request("cluster/subscribe", { detail: "full" })
    client.close()
    await until(() => isForgotten)
  })

  test("is silent while only the metadata log grows, and carries its offsets along with the next change", async () => {
    const { snapshot } = await client.request("cluster/subscribe", { detail: "full" })
    const changes: ControlNotifications["cluster/changed"][] = []
    client.onChanged((change) => changes.push(change))
    const next = async (revision: number, quorum: Partial<QuorumSnapshot>) => {
      const { built } = source
      source.quorum = { ...source.quorum, ...quorum }
      source.revision = revision
      await until(() => source.built > built)
    }
    // Each seventh revision has the same topics.
    await next(8, { highWatermark: 6, voters: { 1: { logEnd: 6, lastCaughtUpMs: 500 } } })
    await next(15, { highWatermark: 7, voters: { 1: { logEnd: 7, lastCaughtUpMs: 1_000 } } })
    await next(22, { leaderId: 2, epoch: 2 })
    await until(() => changes.length > 0)
    const told = changes.map(({ from, to }) => [from, to])
    expect([told, changes.reduce((state, { patch }) => applyMergePatch(state, patch), snapshot)]).toEqual([
      [[1, 22]],
      source.build({ detail: "full" }),
    ])
  })

  test("ends what its clients wait for when the cluster ends", async () => {
    await client.request("cluster/subscribe", { detail: "summary" })
    server.close()
    await client.closed
    await expect(client.request("node/kill", { id: 1 })).rejects.toThrow(/The cluster behind .* has ended\./)
    await expect(connectControl(join(folder, "control.sock"))).rejects.toThrow(/No cluster answers on/)
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
