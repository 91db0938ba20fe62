import { connect, type Socket } from "node:net"
import { Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, expect, test } from "vitest"
import { fetch } from "../../src/protocol/api/01_fetch"
import { apiVersions } from "../../src/protocol/api/18_apiVersions"
import { encodeRequest } from "../../src/protocol/frame"
import { peakResidentBytes, type SpawnedCluster, spawnCluster, until } from "./spawnedCluster"

const IDLE_CONNECTIONS = 2_000
/** Clients that ask for much and read nothing: unbounded, their replies alone would be 8 GiB. */
const SLOW_READERS = 20
const FETCHES_OF_EACH = 400
const RECORD_BYTES = 1_000_000
/** Clients that announce 90 MB, send a little of it, and stop or die. */
const HALF_REQUESTS = 20
/** What 20 readers may hold by their limits is 240 MB; the rest is the collector's slack. */
const MOST_GROWTH_BYTES = 500 * 1024 * 1024
const TOPIC = "good"

let cluster: SpawnedCluster
let kafka: Kafka
const sockets: Socket[] = []

beforeAll(async () => {
  cluster = await spawnCluster(["--brokers", "1"])
  kafka = new Kafka({ brokers: [cluster.address.bootstrap], logLevel: logLevel.NOTHING })
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await cluster.stop()
})

test("2,000 idle, 20 slow and 20 dying connections and all kinds of garbage cost nobody else anything", async () => {
  const producer = kafka.producer()
  await producer.connect()
  const good = async () => (await producer.send({ topic: TOPIC, messages: [{ value: "served" }] }))[0]?.errorCode
  await good()
  for (let index = 0; index < 5; index++) {
    await producer.send({ topic: TOPIC, messages: [{ value: Buffer.alloc(RECORD_BYTES, index) }] })
  }
  const before = peakResidentBytes(cluster)

  const idle = await openMany(IDLE_CONNECTIONS)
  const slow = await openMany(SLOW_READERS)
  const many = Buffer.concat(Array.from({ length: FETCHES_OF_EACH }, () => new Uint8Array(fetchOfAll())))
  for (const socket of slow) socket.pause().write(many)
  const halves = await openMany(HALF_REQUESTS)
  for (const socket of halves) socket.write(Buffer.concat([sizeOf(90_000_000), Buffer.alloc(RECORD_BYTES)]))
  const sends: (number | undefined)[] = []
  for (let index = 0; index < 20; index++) sends.push(await good())
  for (const socket of halves) socket.end()
  await Promise.all(GARBAGE.map(async ({ bytes }) => ended(await sendGarbage(bytes))))
  await until(
    () => reasons().filter((reason) => reason.startsWith("the client went away amid")).length === HALF_REQUESTS,
  )
  sends.push(await good())
  const after = peakResidentBytes(cluster)
  await producer.disconnect()

  const growth = before === undefined || after === undefined ? 0 : after - before
  expect({
    sends: sends.filter((errorCode) => errorCode === 0).length,
    idle: idle.filter((socket) => !socket.destroyed).length,
    slow: slow.filter((socket) => !socket.destroyed).length,
    isBounded: growth < MOST_GROWTH_BYTES || growth,
  }).toEqual({ sends: 21, idle: IDLE_CONNECTIONS, slow: SLOW_READERS, isBounded: true })
  for (const { reason } of GARBAGE) expect(reasons()).toContainEqual(expect.stringMatching(reason))
})

/** What a connection sends, and the reason that is logged when it is closed for it. */
const GARBAGE: readonly { readonly bytes: Uint8Array; readonly reason: RegExp }[] = [
  { bytes: Buffer.from([0x7f, 0, 0, 0, 1]), reason: /^a frame of 2130706432 bytes is over the limit of 104857600$/ },
  { bytes: sizeOf(-1), reason: /^a frame of -1 bytes is too short to be a request$/ },
  { bytes: Buffer.from("GET / HTTP/1.1\r\n\r\n"), reason: /^a frame of 1195725856 bytes is over the limit/ },
  { bytes: requestOf(999, 0), reason: /^API key 999 is not served$/ },
  { bytes: requestOf(3, 99), reason: /^Metadata version 99 is not served$/ },
  { bytes: requestOf(3, 12, Buffer.alloc(40, 0xff)), reason: /^a request that is none: / },
  // An array of two thousand million topics, in a request of 14 bytes.
  { bytes: requestOf(3, 1, sizeOf(0x7fff_ffff)), reason: /^a request that is none: / },
  // A sound request with bytes behind it.
  {
    bytes: framed(Buffer.concat([encodeRequest(apiVersions, 0, 1, "c", {}).subarray(4), Buffer.alloc(9)])),
    reason: /^a request that is none: /,
  },
]

function reasons(): string[] {
  return cluster.logged.map((line) => line.replace(/^broker 1: closed c\d+ \([^)]*\): /, ""))
}

function openMany(count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, open))
}

function open(): Promise<Socket> {
  const [host = "", port = ""] = cluster.address.bootstrap.split(":")
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => resolve(socket))
    socket.on("error", reject)
    sockets.push(socket)
  })
}

async function sendGarbage(bytes: Uint8Array): Promise<Socket> {
  const socket = await open()
  socket.write(bytes)
  return socket
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve()
    socket.resume()
    socket.on("close", () => resolve())
  })
}

/** The first of the large batches, which lie behind a small one. */
function fetchOfAll(): Buffer {
  const partitions = [{ partition: 0, fetchOffset: 1, partitionMaxBytes: RECORD_BYTES }]
  const body = {
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes: RECORD_BYTES,
    sessionEpoch: -1,
    topics: [{ topic: TOPIC, partitions }],
  }
  return encodeRequest(fetch, 11, 1, "slow", body)
}

function requestOf(key: number, version: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(10)
  header.writeInt16BE(key)
  header.writeInt16BE(version, 2)
  header.writeInt16BE(-1, 8)
  return framed(Buffer.concat([header, body]))
}

function framed(body: Buffer): Buffer {
  return Buffer.concat([sizeOf(body.length), body])
}

function sizeOf(bytes: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes)
  return size
}
