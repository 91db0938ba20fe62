import fc from "fast-check"
import { expect, test } from "vitest"
import { handlers } from "../../../src/cluster/api"
import type { Reply } from "../../../src/cluster/server/connection"
import { Dispatch, type RequestOrigin } from "../../../src/cluster/server/dispatch"
import { FrameReader } from "../../../src/cluster/server/frames"
import { MIN_FRAME_BYTES } from "../../../src/cluster/server/limits"
import { RequestFaults } from "../../../src/cluster/server/requestFaults"
import { TraceRecorder } from "../../../src/cluster/server/trace"
import { RequestAccess } from "../../../src/cluster/state/access"
import { ClientQuotas } from "../../../src/cluster/state/quota/clientQuotas"
import { encodeRequest } from "../../../src/protocol/frame"
import { batchHeaderBytes, batchSize, encodeBatch, setChecksum } from "../../../src/protocol/recordBatch"
import { arbitraryMessage } from "../../protocol/arbitraryMessage"
import { VirtualCluster } from "../replication/virtualCluster"

/** How often each property is tried: FUZZ_RUNS makes the suite's short run a long one. */
const runs = Number(process.env.FUZZ_RUNS ?? 20)
const timeoutMs = 180_000 + runs * 2_000

/** What a broken or a malicious client does to the bytes of a sound request. */
type Damage =
  | { readonly kind: "flip"; readonly at: number; readonly to: number }
  | { readonly kind: "length"; readonly at: number; readonly to: number }
  | { readonly kind: "cut" | "repeat"; readonly at: number; readonly bytes: number }

const at = fc.nat({ max: 4_000 })
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at, to: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    kind: fc.constant("length" as const),
    at,
    to: fc.constantFrom(-1, 0, 1, 0x7f_ffff, 0x7fff_ffff, -0x8000_0000),
  }),
  fc.record({ kind: fc.constantFrom("cut" as const, "repeat" as const), at, bytes: fc.nat({ max: 64 }) }),
)

for (const { api } of handlers) {
  test(`${api.name} of any bytes is answered or ends its connection, and is never a bug`, {
    timeout: timeoutMs,
  }, async () => {
    const broker = await brokerUnderTest()
    const version = fc.integer({ min: api.versions[0], max: api.versions[1] })
    const request = version.chain((chosen) =>
      arbitraryMessage(api.request.spec, chosen).map((body) => encodeRequest(api, chosen, 1, "fuzz", body as never)),
    )
    await fc.assert(
      fc.asyncProperty(request, fc.array(damage, { maxLength: 4 }), fc.nat(), async (sound, damages, cut) => {
        const broken = damages.reduce<Buffer>((bytes, each) => damaged(bytes, each), Buffer.from(sound))
        const kinds = await broker.receive([
          broken.subarray(0, cut % broken.length),
          broken.subarray(cut % broken.length),
        ])
        expect({
          kinds: kinds.filter((kind) => !["frame", "none", "close", "parked"].includes(kind)),
          bugs: broker.bugs,
        }).toEqual({ kinds: [], bugs: [] })
      }),
      { numRuns: runs },
    )
    expect(await broker.cluster.sendAndWait("sound", "still served")).toBeGreaterThanOrEqual(0)
  })
}

test("bytes of any kind are cut into frames or refused, and never held beyond one frame", {
  timeout: timeoutMs,
}, () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.integer({ min: 0, max: 400 }).map((length) => framed(Buffer.alloc(length, 1))),
  )
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 60 }), (chunks) => {
      const limit = 300
      const reader = new FrameReader(MIN_FRAME_BYTES, () => limit)
      let handedOn = 0
      let received = 0
      for (const bytes of chunks) {
        received += bytes.length
        const fault = reader.push(Buffer.from(bytes), (frame) => {
          expect(frame.length).toBeGreaterThanOrEqual(MIN_FRAME_BYTES)
          expect(frame.length).toBeLessThanOrEqual(limit)
          handedOn += frame.length + 4
        })
        if (fault) {
          expect(fault.reason).toMatch(/^a frame of -?\d+ bytes is (too short|over the limit)/)
          return
        }
        expect(reader.bufferedBytes).toBeLessThan(limit + 4)
        expect(handedOn + reader.bufferedBytes).toBe(received)
      }
    }),
    { numRuns: runs * 50 },
  )
})

test("a produced batch of any bytes is refused or stored, and the partition goes on", {
  timeout: timeoutMs,
}, async () => {
  const broker = await brokerUnderTest()
  const codec = fc.constantFrom("none" as const, "gzip" as const, "snappy" as const, "lz4" as const, "zstd" as const)
  const produced = handlers.find(({ api }) => api.name === "Produce")
  if (!produced) throw new Error("Produce has no handler")
  await fc.assert(
    fc.asyncProperty(codec, fc.array(damage, { maxLength: 4 }), fc.boolean(), async (name, damages, mend) => {
      const values = ["a".repeat(300), "b", "c"].map((value) => ({ value: Buffer.from(value), timestamp: 1 }))
      const records = damages.reduce<Buffer>(
        (bytes, each) => damaged(bytes, each),
        Buffer.from(encodeBatch({ records: values, codec: name, producerId: 9, producerEpoch: 0, baseSequence: 0 })),
      )
      const isWhole = records.length > batchHeaderBytes && batchSize(records) === records.length
      if (mend && isWhole) setChecksum(records)
      const partitionData = [{ index: 0, records }]
      const body = { acks: -1, timeoutMs: 1_000, topicData: [{ name: "sound", topicId: "", partitionData }] }
      const kinds = await broker.receive([encodeRequest(produced.api, 12, 1, "fuzz", body as never)])
      expect({ kinds, bugs: broker.bugs }).toEqual({ kinds: ["frame"], bugs: [] })
    }),
    { numRuns: runs * 10 },
  )
  expect(await broker.cluster.sendAndWait("sound", "still served")).toBeGreaterThanOrEqual(0)
  expect(await broker.cluster.consume("sound", { offset: broker.cluster.offsets(1, "sound")[1] - 1 })).toEqual([
    "still served",
  ])
})

/** A broker with its dispatch and no socket; what it logs is a bug, for a refusal is an answer. */
async function brokerUnderTest() {
  const cluster = await new VirtualCluster({ brokers: 1, configs: { "default.replication.factor": "1" } }).start()
  await cluster.createTopic("sound", [[1]])
  const { broker } = cluster.node(1)
  if (!broker) throw new Error("broker 1 is down")
  const bugs: string[] = []
  const { services } = broker
  const dispatch = new Dispatch({
    services,
    trace: new TraceRecorder(),
    faults: new RequestFaults(),
    quotas: new ClientQuotas(services.metadata),
    log: (line) => bugs.push(line),
  })
  /** What became of each frame of one connection. */
  const receive = async (chunks: readonly Buffer[]): Promise<string[]> => {
    const reader = new FrameReader(MIN_FRAME_BYTES, () => 104_857_600)
    const replies: (Reply | Promise<Reply>)[] = []
    for (const chunk of chunks) {
      if (reader.push(chunk, (frame) => replies.push(dispatch.handle(frame, origin)))) break
    }
    await cluster.clock.advance(0)
    return Promise.all(
      replies.map(async (reply) => {
        const settled = await Promise.race([reply, Promise.resolve(undefined).then(() => undefined)])
        return settled?.kind ?? "parked"
      }),
    )
  }
  return { cluster, bugs, receive }
}

const origin: RequestOrigin = {
  name: "c1",
  connection: {
    principal: "User:ANONYMOUS",
    host: "127.0.0.1",
    listener: "PLAINTEXT",
    closed: new AbortController().signal,
    close: () => {},
  },
  acl: RequestAccess.everything,
  introduce: () => {},
  throttle: () => {},
}

function damaged(bytes: Buffer, each: Damage): Buffer {
  if (bytes.length < 8) return bytes
  const position = each.at % (bytes.length - 4)
  switch (each.kind) {
    case "flip":
      bytes[position] = each.to
      return bytes
    case "length":
      bytes.writeInt32BE(each.to, position)
      return bytes
    case "cut":
      return Buffer.concat([bytes.subarray(0, position), bytes.subarray(position + each.bytes)])
    case "repeat":
      return Buffer.concat([bytes.subarray(0, position + each.bytes), bytes.subarray(position)])
  }
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
