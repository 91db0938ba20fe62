import { connect, type Socket } from "node:net"
import { Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import { produce } from "../../../src/protocol/api/00_produce"
import { encodeRequest } from "../../../src/protocol/frame"

/** Both ends are in this process: more would meet the usual limit of 1,024 descriptors. */
const IDLE_CONNECTIONS = 300

let server: ClusterServer
const logged: string[] = []
const sockets: Socket[] = []

beforeAll(async () => {
  server = await ClusterServer.start(parseOptions(["--brokers", "1"]), (line) => logged.push(line))
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await server.stop()
})

describe("a broker among bad clients", () => {
  test("closes each with a logged reason, keeps the idle, and serves the good", async () => {
    const idle = await Promise.all(Array.from({ length: IDLE_CONNECTIONS }, open))
    const oversized = await open()
    oversized.write(Buffer.from([0x7f, 0, 0, 0, 1]))
    const negative = await open()
    negative.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    const unknown = await open()
    unknown.write(framed(Buffer.from([0x7f, 0x7f, 0, 0, 0, 0, 0, 1, 0xff, 0xff])))
    const garbage = await open()
    garbage.write(framed(Buffer.concat([Buffer.from([0, 3, 0, 12]), Buffer.alloc(40, 0xee)])))
    // Half of a request, then gone.
    const dying = await open()
    dying.write(encodeRequest(produce, 9, 1, "dying", { acks: -1, topicData: [] }).subarray(0, 12))
    dying.destroy()
    while (!logged.some((line) => line.includes("went away"))) await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([oversized, negative, unknown, garbage].map((socket) => ended(socket)))

    const kafka = new Kafka({
      clientId: "good",
      brokers: [server.address.bootstrap],
      logLevel: logLevel.NOTHING,
    })
    const producer = kafka.producer()
    await producer.connect()
    const [sent] = await producer.send({ topic: "good", messages: [{ value: "served" }] })
    await producer.disconnect()

    const reasons = logged.map((line) => line.replace(/^broker 1: closed c\d+ \([^)]*\): /, ""))
    expect({
      sent: sent?.errorCode,
      idle: idle.filter((socket) => !socket.destroyed).length,
      reasons: reasons.filter((reason) => !reason.startsWith("a request that is none")).sort(),
      garbage: reasons.filter((reason) => reason.startsWith("a request that is none")).length,
    }).toEqual({
      sent: 0,
      idle: IDLE_CONNECTIONS,
      reasons: [
        "API key 32639 is not served",
        "a frame of -1 bytes is too short to be a request",
        "a frame of 2130706432 bytes is over the limit of 104857600",
        "the client went away amid a request, of which 12 bytes had come",
      ],
      garbage: 1,
    })
  })
})

function open(): Promise<Socket> {
  const [host = "", port = ""] = server.address.bootstrap.split(":")
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => resolve(socket))
    socket.on("error", reject)
    sockets.push(socket)
  })
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve()
    socket.resume()
    socket.on("close", () => resolve())
  })
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
