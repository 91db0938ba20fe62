import { connect, createServer, type Server, type Socket } from "node:net"
import { afterEach, describe, expect, test } from "vitest"
import { SendBuffers } from "../../../src/cluster/log/sendBuffers"
import { Connection, type FrameHandler } from "../../../src/cluster/server/connection"
import { MAX_PIPELINED_REQUESTS } from "../../../src/cluster/server/limits"

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe("a connection", () => {
  test("answers in the order of the requests, not of the work", async () => {
    const gates = new Map<number, () => void>()
    const { client, replies } = await open((frame) => {
      const number = frame.readInt32BE(4)
      if (number === 2) return reply(number)
      return new Promise((resolve) => gates.set(number, () => resolve(reply(number))))
    })
    client.write(Buffer.concat([request(1), request(2), request(3)]))
    await until(() => gates.size === 2)
    gates.get(3)?.()
    await turn()
    expect(replies()).toEqual([])
    gates.get(1)?.()
    await until(() => replies().length === 3)
    expect(replies()).toEqual([1, 2, 3])
  })

  test("sends nothing for a request without an answer, and keeps the order of the others", async () => {
    const { client, replies } = await open((frame) => {
      const number = frame.readInt32BE(4)
      return number === 2 ? { kind: "none" } : reply(number)
    })
    client.write(Buffer.concat([request(1), request(2), request(3)]))
    await until(() => replies().length === 2)
    expect(replies()).toEqual([1, 3])
  })

  test("starts one request at a time until pipelining is allowed", async () => {
    const started: number[] = []
    const gates: (() => void)[] = []
    let mayPipeline = false
    const { client, replies } = await open(
      (frame) => {
        const number = frame.readInt32BE(4)
        started.push(number)
        return new Promise((resolve) => gates.push(() => resolve(reply(number))))
      },
      () => mayPipeline,
    )
    client.write(Buffer.concat([request(1), request(2), request(3)]))
    await until(() => started.length === 1)
    await turn()
    expect(started).toEqual([1])
    mayPipeline = true
    gates[0]?.()
    await until(() => started.length === 3)
    gates[1]?.()
    gates[2]?.()
    await until(() => replies().length === 3)
    expect(replies()).toEqual([1, 2, 3])
  })

  test("bounds what is at work, and takes the rest up as room comes", async () => {
    const gates: (() => void)[] = []
    const { client, replies } = await open(
      (frame) => new Promise((resolve) => gates.push(() => resolve(reply(frame.readInt32BE(4))))),
    )
    const count = MAX_PIPELINED_REQUESTS * 3
    client.write(Buffer.concat(Array.from({ length: count }, (_, index) => request(index))))
    await until(() => gates.length === MAX_PIPELINED_REQUESTS)
    await turn()
    expect(gates.length).toBe(MAX_PIPELINED_REQUESTS)
    for (let done = 0; done < count; done++) {
      await until(() => gates.length > done)
      gates[done]?.()
    }
    await until(() => replies().length === count)
    expect(replies()).toEqual(Array.from({ length: count }, (_, index) => index))
  })

  test("gives lent memory back when the system has taken the bytes, and not before", async () => {
    const sendBuffers = new SendBuffers()
    const lent: Buffer[] = []
    const { client, replies } = await open(
      (frame) => {
        const chunk = sendBuffers.take(LENT_BYTES)
        chunk.fill(reply(frame.readInt32BE(4)).chunks[0])
        lent.push(chunk)
        return { kind: "frame", chunks: [chunk] }
      },
      () => true,
      sendBuffers,
    )
    client.write(request(1))
    await until(() => replies().length === LENT_BYTES / 4)
    await until(() => lent.every((chunk) => !sendBuffers.isLent(chunk)))
    client.write(request(2))
    await until(() => replies().length === LENT_BYTES / 2)
    expect({ reused: lent[0]?.buffer === lent[1]?.buffer, values: [...new Set(replies())] }).toEqual({
      reused: true,
      values: [1, 2],
    })
  })

  test("closes with its reason after a bad frame, a refused produce and a dead client", async () => {
    const bad = await open(() => reply(1))
    bad.client.write(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3, 4]))
    await until(() => bad.reasons.length === 1)

    const refused = await open((frame) => {
      const number = frame.readInt32BE(4)
      return number === 2 ? { kind: "close", reason: "acks=0 and the batch was refused" } : reply(number)
    })
    refused.client.write(Buffer.concat([request(1), request(2), request(3)]))
    await until(() => refused.reasons.length === 1)

    const dead = await open(() => reply(1))
    dead.client.write(Buffer.from([0, 0, 0, 100, 1]))
    dead.client.destroy()
    await until(() => dead.reasons.length === 1)

    expect([...bad.reasons, ...refused.reasons, ...dead.reasons, refused.replies()]).toEqual([
      "a frame of 2147483647 bytes is over the limit of 104857600",
      "acks=0 and the batch was refused",
      "the client went away amid a request, of which 5 bytes had come",
      [1],
    ])
  })
})

const LENT_BYTES = 64 * 1024

async function open(handle: FrameHandler, mayPipeline = () => true, sendBuffers = new SendBuffers()) {
  const reasons: string[] = []
  const server = createServer((socket) => {
    const onClosed = (reason: string) => reasons.push(reason)
    new Connection({
      socket,
      idleMs: 60_000,
      handle,
      maxFrameBytes: () => 104_857_600,
      mayPipeline,
      sendBuffers,
      onClosed,
    })
  })
  servers.push(server)
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port))
  })
  const client = await new Promise<Socket>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket))
  })
  let received = Buffer.alloc(0)
  client.on("data", (chunk) => {
    received = Buffer.concat([received, chunk])
  })
  client.on("error", () => {})
  const replies = () => Array.from({ length: received.length / 4 }, (_, index) => received.readInt32BE(index * 4))
  return { client, replies, reasons }
}

function request(number: number): Buffer {
  const frame = Buffer.alloc(12)
  frame.writeInt32BE(8)
  frame.writeInt32BE(number, 8)
  return frame
}

function reply(number: number) {
  const chunk = Buffer.alloc(4)
  chunk.writeInt32BE(number)
  return { kind: "frame", chunks: [chunk] } as const
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
