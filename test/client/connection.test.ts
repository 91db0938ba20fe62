import { createServer, type Server, type Socket } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { BrokerConnection } from "../../src/client/connection"
import { requestAny } from "../../src/client/requestAny"
import { metadata } from "../../src/protocol/api/03_metadata"
import { apiVersions } from "../../src/protocol/api/18_apiVersions"
import { encodeResponse, readRequestHeader } from "../../src/protocol/frame"

let server: Server | undefined

afterEach(() => server?.close())

/** A broker that answers each request frame as `answer` says. */
async function listen(answer: (frame: Buffer, socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    let bytes = Buffer.alloc(0)
    socket.on("error", () => {})
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
        const size = bytes.readInt32BE(0)
        answer(bytes.subarray(4, 4 + size), socket)
        bytes = bytes.subarray(4 + size)
      }
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

function versions(frame: Buffer): Buffer {
  const { correlationId } = readRequestHeader(frame)
  return encodeResponse(apiVersions, 0, correlationId, {
    errorCode: 0,
    apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 5 }],
  })
}

describe("BrokerConnection", () => {
  it("matches answers to requests, however their bytes are cut", async () => {
    const port = await listen((frame, socket) => {
      for (const byte of versions(frame)) socket.write(Buffer.of(byte))
    })
    const connection = await BrokerConnection.open({ host: "127.0.0.1", port })
    const answers = await Promise.all([1, 2, 3].map(() => connection.request(apiVersions, 0, {})))
    expect(answers.map(({ apiKeys }) => apiKeys.length)).toEqual([1, 1, 1])
    connection.close()
    await expect(connection.request(apiVersions, 0, {})).rejects.toThrow("The connection was closed.")
  })

  it.each([
    ["the broker hangs up", (_: Buffer, socket: Socket) => socket.destroy(), {}, /closed the connection|broke/],
    ["the broker never answers", () => {}, { requestTimeoutMs: 50 }, /ApiVersions was not answered within 50 ms/],
    ["it is no broker", (_: Buffer, socket: Socket) => socket.write("HTTP/1.1 400 Bad\r\n"), {}, /no Kafka broker/],
  ])("says so when %s", async (_, answer, options, message) => {
    const port = await listen(answer)
    const connection = await BrokerConnection.open({ host: "127.0.0.1", port, ...options })
    await expect(connection.request(apiVersions, 0, {})).rejects.toThrow(message)
    connection.close()
  })

  it("says where nobody listens", async () => {
    await expect(BrokerConnection.open({ host: "127.0.0.1", port: 1 })).rejects.toThrow(/Cannot connect to 127.0.0.1:1/)
  })
})

describe("requestAny", () => {
  it("takes the newest version that both sides speak, from the first broker that is there", async () => {
    const seen: number[] = []
    const port = await listen((frame, socket) => {
      const { apiKey, apiVersion, correlationId } = readRequestHeader(frame)
      seen.push(apiKey, apiVersion)
      socket.write(
        apiKey === 18 ? versions(frame) : encodeResponse(metadata, apiVersion, correlationId, { controllerId: 7 }),
      )
    })
    const bootstrap = ["127.0.0.1:1", `127.0.0.1:${port}`]
    const answer = await requestAny({ bootstrap }, "metadata", "latest", { topics: null })
    expect([answer.controllerId, seen]).toEqual([7, [18, 0, 3, 5]])
    await expect(requestAny({ bootstrap }, "Fetch", "latest", {})).rejects.toThrow("The broker does not serve Fetch.")
  })
})
