import { statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { onAlterReplicaLogDirs } from "../../../src/cluster/api/34_alterReplicaLogDirs"
import { onDescribeLogDirs } from "../../../src/cluster/api/35_describeLogDirs"
import { FaultyDisk } from "../../../src/cluster/faultyDisk"
import type { Services } from "../../../src/cluster/handler"
import { RealDisk } from "../../../src/cluster/realDisk"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { RequestAccess } from "../../../src/cluster/state/access"
import type { ReplicaManager } from "../../../src/cluster/state/replica/replicaManager"
import type { alterReplicaLogDirs } from "../../../src/protocol/api/34_alterReplicaLogDirs"
import { describeLogDirs } from "../../../src/protocol/api/35_describeLogDirs"
import { ErrorCode, errorName } from "../../../src/protocol/errorCodes"
import { decodeResponse, encodeResponse } from "../../../src/protocol/frame"
import type { ResponseInput } from "../../../src/protocol/schema"
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

test("AlterReplicaLogDirs finds a replica where it is to be, and knows no other place", async () => {
  const path = resolve("/data")
  const known = { "orders-0": {}, "orders-1": ErrorCode.NotLeaderOrFollower } as Record<string, unknown>
  const replicas = {
    logDir: { path, failure: undefined, space: undefined },
    partition: (topic: string, index: number) => known[`${topic}-${index}`] ?? ErrorCode.UnknownTopicOrPartition,
  } as unknown as Partial<ReplicaManager>
  const topics = [
    { name: "orders", partitions: [0, 1] },
    { name: "bills", partitions: [0] },
  ]
  const dirs = [
    { path, topics },
    { path: `${path}/elsewhere`, topics: [{ name: "bills", partitions: [1] }] },
  ]
  const nobody = new RequestAccess(() => false)
  const ask = (services: Services) => onAlterReplicaLogDirs.handle({ dirs }, services)
  const codes = (answer: unknown) =>
    (answer as ResponseInput<typeof alterReplicaLogDirs>).results?.map(({ topicName, partitions = [] }) => [
      topicName,
      ...partitions.map(({ partitionIndex, errorCode }) => `${partitionIndex} ${errorName(errorCode ?? 0)}`),
    ])
  expect([
    codes(await ask(servicesFor({ version: 2, replicas }))),
    codes(await ask(servicesFor({ version: 2, replicas, acl: nobody })))?.at(0),
  ]).toEqual([
    [
      ["orders", "0 NONE", "1 REPLICA_NOT_AVAILABLE"],
      ["bills", "0 UNKNOWN_TOPIC_OR_PARTITION", "1 LOG_DIR_NOT_FOUND"],
    ],
    ["orders", "0 CLUSTER_AUTHORIZATION_FAILED", "1 CLUSTER_AUTHORIZATION_FAILED"],
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
