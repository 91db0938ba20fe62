import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { FrameReader } from "../../../src/cluster/server/frames"

describe("a frame reader", () => {
  test("gives back every frame however the bytes are cut", () => {
    const frames = fc.array(fc.uint8Array({ minLength: 8, maxLength: 300 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (bodies, cuts) => {
        const stream = Buffer.concat(bodies.map((body) => framed(Buffer.from(body))))
        const reader = new FrameReader(8, () => 1_000)
        const read: Buffer[] = []
        let position = 0
        for (let turn = 0; position < stream.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1
          expect(reader.push(stream.subarray(position, position + length), (frame) => read.push(frame))).toBeUndefined()
          position += length
        }
        expect(read.map((frame) => [...frame])).toEqual(bodies.map((body) => [...body]))
        expect(reader.bufferedBytes).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  test("refuses a length that no request has, and hands on what stood before it", () => {
    const cases = [
      { length: -1, reason: "a frame of -1 bytes is too short to be a request" },
      { length: 7, reason: "a frame of 7 bytes is too short to be a request" },
      { length: 1_001, reason: "a frame of 1001 bytes is over the limit of 1000" },
      // "GET " read as a length: a browser on the Kafka port.
      { length: 0x47455420, reason: "a frame of 1195725856 bytes is over the limit of 1000" },
    ]
    for (const { length, reason } of cases) {
      const bad = Buffer.alloc(20)
      bad.writeInt32BE(length)
      const read: Buffer[] = []
      const fault = new FrameReader(8, () => 1_000).push(Buffer.concat([framed(Buffer.alloc(10, 7)), bad]), (frame) =>
        read.push(frame),
      )
      expect({ fault, read }).toEqual({ fault: { reason }, read: [Buffer.alloc(10, 7)] })
    }
  })

  test("never holds more than one frame and one chunk", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 200 }), (chunks) => {
        const reader = new FrameReader(8, () => 500)
        for (const chunk of chunks) {
          if (reader.push(Buffer.from(chunk), () => {})) break
          expect(reader.bufferedBytes).toBeLessThanOrEqual(500 + 4 + 64)
        }
      }),
    )
  })
})

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
