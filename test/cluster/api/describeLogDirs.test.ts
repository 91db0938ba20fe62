import { statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { onDescribeLogDirs } from "../../../src/cluster/api/35_describeLogDirs"
import { FaultyDisk } from "../../../src/cluster/faultyDisk"
import { RealDisk } from "../../../src/cluster/realDisk"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import type { ReplicaManager } from "../../../src/cluster/state/replica/replicaManager"
import { describeLogDirs } from "../../../src/protocol/api/35_describeLogDirs"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { decodeResponse, encodeResponse } from "../../../src/protocol/frame"
import { servicesFor } from "./servicesForTest"

const VERSION = 4
const FRAME_LENGTH_BYTES = 4

async function described(logDir: ReplicaManager["logDir"]) {
  const services = servicesFor({ version: VERSION, replicas: { logDir } })
  const answer = await onDescribeLogDirs.handle({ topics: null }, services)
  const frame = encodeResponse(describeLogDirs, VERSION, 1, answer ?? {})
  return decodeResponse(describeLogDirs, VERSION, frame.subarray(FRAME_LENGTH_BYTES)).body.results
}

test("DescribeLogDirs names the folder and tells how much room its volume has, where that is known", async () => {
  const space = { totalBytes: 1_000, usableBytes: 400 }
  const failure = { code: "EIO", path: "/data", message: "The disk failed." } as const
  expect([
    await described({ path: "/data", failure: undefined, space }),
    await described({ path: "data", failure: undefined, space: undefined }),
    await described({ path: "/data", failure, space }),
  ]).toEqual([
    [{ errorCode: 0, logDir: resolve("/data"), topics: [], ...space }],
    [{ errorCode: 0, logDir: resolve("data"), topics: [], totalBytes: -1, usableBytes: -1 }],
    [
      {
        errorCode: ErrorCode.KafkaStorageError,
        logDir: resolve("/data"),
        topics: [],
        totalBytes: -1,
        usableBytes: -1,
      },
    ],
  ])
})

test("a disk tells the space of its volume; a full one has none left, memory knows none", () => {
  const { bsize, blocks } = statfsSync(tmpdir())
  const real = new RealDisk()
  const faulty = new FaultyDisk(real, () => Promise.resolve())
  const spaces = [real.space(tmpdir()), faulty.space(tmpdir())]
  faulty.setFault("full")
  spaces.push(faulty.space(tmpdir()), new MemoryDisk().space(), real.space("/nowhere/at/all"))
  const totalBytes = bsize * blocks
  expect(spaces.map((space) => (space.ok ? space.value : space.error.code))).toEqual([
    { totalBytes, usableBytes: expect.any(Number) },
    { totalBytes, usableBytes: expect.any(Number) },
    { totalBytes, usableBytes: 0 },
    undefined,
    "ENOENT",
  ])
})
