import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Reply } from "../../../src/cluster/server/connection"
import { Dispatch, type RequestOrigin } from "../../../src/cluster/server/dispatch"
import { RequestFaults } from "../../../src/cluster/server/requestFaults"
import { TraceRecorder } from "../../../src/cluster/server/trace"
import { RequestAccess } from "../../../src/cluster/state/access"
import { ClientQuotas } from "../../../src/cluster/state/quota/clientQuotas"
import { produce } from "../../../src/protocol/api/00_produce"
import { metadata } from "../../../src/protocol/api/03_metadata"
import { apiVersions } from "../../../src/protocol/api/18_apiVersions"
import { decodeResponse, encodeRequest } from "../../../src/protocol/frame"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import type { Api, ResponseOf } from "../../../src/protocol/schema"
import { servicesFor } from "../api/servicesForTest"

const orders = { name: "orders", id: "b3JkZXJzLW9yZGVycy1vcg", partitions: [{ leader: 2 }] }
const oneBatch = encodeBatch({ records: [{ value: Buffer.from("paid"), timestamp: 0 }] })

describe("dispatch", () => {
  test("tells what is spoken here, without what brokers say among themselves", async () => {
    const answer = await roundTrip(apiVersions, 3, { clientSoftwareName: "test", clientSoftwareVersion: "1.0" })
    const ranges = new Map(answer.apiKeys.map(({ apiKey, ...range }) => [apiKey, range]))
    expect([answer.errorCode, ranges.get(0), ranges.get(2), ranges.get(3), ranges.get(18)]).toEqual([
      0,
      { minVersion: 0, maxVersion: 13 },
      { minVersion: 1, maxVersion: 10 },
      { minVersion: 0, maxVersion: 13 },
      { minVersion: 0, maxVersion: 4 },
    ])
    expect([4, 5, 6, 7, 52, 53, 54, 56, 58, 59, 62, 63, 64, 67].filter((key) => ranges.has(key))).toEqual([])
    expect([answer.finalizedFeaturesEpoch, answer.finalizedFeatures.map(({ name }) => name)]).toEqual([
      41,
      ["metadata.version", "group.version"],
    ])
    // v3 clients fail on a feature whose lowest level is 0.
    expect(answer.supportedFeatures.map(({ name }) => name)).toEqual(["metadata.version"])
  })

  test("answers ApiVersions of an unknown version in v0, with its own range", async () => {
    const frame = encodeRequest(apiVersions, 3, 5, "c", {}).subarray(4)
    frame.writeInt16BE(99, 2)
    const reply = await dispatch().handle(Buffer.from(frame), origin())
    expect(read(apiVersions, 0, reply)).toMatchObject({
      errorCode: 35,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
    })
  })

  test("ends the connection over an unknown API, version or shape", async () => {
    const request = (key: number, version: number, body = Buffer.alloc(0)) => {
      const header = Buffer.alloc(10)
      header.writeInt16BE(key)
      header.writeInt16BE(version, 2)
      header.writeInt16BE(-1, 8)
      return Buffer.concat([header, body])
    }
    const replies = [request(999, 0), request(3, 99), request(3, 12, Buffer.from([9, 9, 9])), Buffer.alloc(8)]
    expect(replies.map((frame) => dispatch().handle(frame, origin()))).toMatchObject([
      { kind: "close", reason: "API key 999 is not served" },
      { kind: "close", reason: "Metadata version 99 is not served" },
      { kind: "close", reason: expect.stringMatching(/^a request that is none: /) },
      { kind: "close", reason: expect.stringMatching(/^a request that is none: /) },
    ])
  })

  test("never throws, whatever the bytes", async () => {
    const one = dispatch()
    const sound = encodeRequest(metadata, 12, 1, "c", { topics: [{ name: "orders" }] }).subarray(4)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.nat(sound.length), async (noise, cut) => {
        const frames = [Buffer.from(noise), Buffer.concat([sound.subarray(0, cut), noise])]
        for (const frame of frames)
          expect(["frame", "none", "close"]).toContain((await one.handle(frame, origin())).kind)
      }),
      { numRuns: 500 },
    )
  })

  test("refuses what a fault names, without handling it, and loses what a fault loses, after handling it", async () => {
    const faults = new RequestFaults()
    faults.addError({ api: "Produce", topic: "orders", count: 1, errorCode: 19 })
    faults.addDrop({ api: "Produce", count: 1 })
    const one = dispatch({ faults })
    const refused = await one.handle(produceFrame(1), origin())
    const lost = await one.handle(produceFrame(2), origin())
    const answered = await one.handle(produceFrame(3), origin())
    const code = (reply: Reply) => read(produce, 9, reply).responses[0]?.partitionResponses[0]?.errorCode
    // The lost one was spent on the refused request: that reply never left either.
    expect([refused.kind, code(lost), code(answered)]).toEqual(["none", 6, 6])
  })

  test("records what it did while a trace runs", async () => {
    const trace = new TraceRecorder()
    const one = dispatch({ trace })
    await one.handle(produceFrame(1), origin())
    const id = trace.start() ?? -1
    await one.handle(produceFrame(2), origin())
    expect(trace.stop(id)).toEqual([
      {
        sequence: 0,
        atMs: expect.any(Number),
        kind: "request",
        from: "client:tester",
        to: "broker:1",
        api: "Produce",
        version: 9,
        correlationId: 2,
        clientId: "tester",
        topic: "orders",
        partition: 0,
        fields: { acks: -1, records: 1 },
        latencyMs: expect.any(Number),
        errorCode: 6,
        interBroker: false,
      },
    ])
  })

  test("says nothing to a produce with acks=0, and ends its connection when it was refused", async () => {
    const closed: string[] = []
    const frame = encodeRequest(produce, 9, 1, "tester", {
      acks: 0,
      topicData: [{ name: "orders", partitionData: [{ index: 0, records: oneBatch }] }],
    })
    const reply = dispatch().handle(frame.subarray(4), origin(closed))
    await new Promise((resolve) => setImmediate(resolve))
    expect([reply, closed]).toEqual([{ kind: "none" }, ["acks=0 and the broker refused with NOT_LEADER_OR_FOLLOWER"]])
  })
})

function dispatch(parts: { faults?: RequestFaults; trace?: TraceRecorder } = {}): Dispatch {
  const { faults = new RequestFaults(), trace = new TraceRecorder() } = parts
  const services = servicesFor({ version: 0, topics: [orders] })
  return new Dispatch({
    services,
    quotas: new ClientQuotas(services.metadata),
    faults,
    trace,
    log: () => {},
  })
}

function origin(closed: string[] = []): RequestOrigin {
  return {
    name: "c1",
    connection: {
      principal: "User:ANONYMOUS",
      host: "127.0.0.1",
      listener: "PLAINTEXT",
      closed: new AbortController().signal,
      close: (reason) => closed.push(reason),
    },
    acl: RequestAccess.everything,
    introduce: () => {},
    throttle: () => {},
  }
}

function produceFrame(correlationId: number): Buffer {
  return encodeRequest(produce, 9, correlationId, "tester", {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: "orders", partitionData: [{ index: 0, records: oneBatch }] }],
  }).subarray(4)
}

async function roundTrip<A extends Api>(api: A, version: number, body: object): Promise<ResponseOf<A>> {
  const reply = await dispatch().handle(encodeRequest(api, version, 1, "tester", body as never).subarray(4), origin())
  return read(api, version, reply)
}

function read<A extends Api>(api: A, version: number, reply: Reply): ResponseOf<A> {
  if (reply.kind !== "frame") throw new Error(`expected a frame, not ${JSON.stringify(reply)}`)
  return decodeResponse(api, version, Buffer.concat(reply.chunks).subarray(4)).body
}
