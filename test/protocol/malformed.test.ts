import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { metadata } from "../../src/protocol/api/03_metadata"
import { heartbeat } from "../../src/protocol/api/12_heartbeat"
import { apiVersions } from "../../src/protocol/api/18_apiVersions"
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  readRequestHeader,
} from "../../src/protocol/frame"
import { apis } from "../../src/protocol/index"
import { ProtocolError, type ProtocolFault } from "../../src/protocol/protocolError"
import { batchesOf, decodeRecords, encodeBatch, setChecksum, validateBatch } from "../../src/protocol/recordBatch"
import { arbitraryMessage } from "./arbitraryMessage"

const sizeBytes = 4
/** How often each property is tried: FUZZ_RUNS makes the suite's short run a long one. */
const runs = Number(process.env.FUZZ_RUNS ?? 50)
const timeoutMs = 180_000 + runs * 1000

describe("a malformed frame throws ProtocolError and nothing else", () => {
  for (const api of apis) {
    test(`${api.name}, bytes flipped and cut`, { timeout: timeoutMs }, () => {
      const version = api.versions[1]
      const damage = fc.array(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), { maxLength: 4 })
      fc.assert(
        fc.property(arbitraryMessage(api.response.spec, version), damage, fc.option(fc.nat()), (body, flips, cut) => {
          const payload = Buffer.from(encodeResponse(api, version, 1, body).subarray(sizeBytes))
          for (const { at, to } of flips) payload[at % payload.length] = to
          const damaged = cut === null ? payload : payload.subarray(0, cut % (payload.length + 1))
          expect(faultOf(() => decodeResponse(api, version, damaged))).not.toBe("another error")
        }),
        { numRuns: runs },
      )
    })
  }

  test("random bytes as a request of any API", { timeout: timeoutMs }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...apis), fc.uint8Array({ maxLength: 200 }), (api, bytes) => {
        const header = encodeRequest(api, api.versions[1], 1, null, {}).subarray(sizeBytes, sizeBytes + 10)
        const payload = Buffer.concat([header, bytes])
        expect(faultOf(() => decodeRequest(api, payload))).not.toBe("another error")
      }),
      { numRuns: runs * 40 },
    )
  })
})

describe("each kind of damage has its own fault", () => {
  const frame = encodeRequest(heartbeat, 3, 1, "me", { groupId: "g", memberId: "m", generationId: 1 })
  const payload = frame.subarray(sizeBytes)
  const cases: [string, ProtocolFault, () => unknown][] = [
    ["a cut frame", "truncated", () => decodeRequest(heartbeat, payload.subarray(0, payload.length - 3))],
    ["bytes after the body", "trailing-bytes", () => decodeRequest(heartbeat, Buffer.concat([payload, payload]))],
    ["a null where none may be", "negative-length", () => decodeRequest(heartbeat, nullGroupId())],
    ["an array longer than the frame", "truncated", () => decodeRequest(metadata, hugeArray())],
    ["a version that nobody knows", "unsupported-version", () => decodeRequest(heartbeat, version(99))],
    ["an empty frame", "truncated", () => readRequestHeader(Buffer.alloc(0))],
    ["a client id of negative length", "negative-length", () => readRequestHeader(Buffer.alloc(10, 0xfe))],
    ["a varint without end", "invalid-value", () => decodeResponse(apiVersions, 3, endlessVarint())],
    [
      "a string where a number belongs",
      "unencodable",
      () => encodeRequest(heartbeat, 3, 1, "", { generationId: 2 ** 31 }),
    ],
    [
      "a UUID of the wrong length",
      "unencodable",
      () => encodeRequest(metadata, 12, 1, "", { topics: [{ topicId: "x" }] }),
    ],
  ]
  test.each(cases)("%s: %s", (_, fault, action) => {
    expect(faultOf(action)).toBe(fault)
  })

  function nullGroupId(): Buffer {
    const copy = Buffer.from(payload)
    copy.writeInt16BE(-1, readRequestHeader(payload).length)
    return copy
  }

  function version(number: number): Buffer {
    const copy = Buffer.from(payload)
    copy.writeInt16BE(number, 2)
    return copy
  }

  function hugeArray(): Buffer {
    const request = Buffer.from(encodeRequest(metadata, 1, 1, null, { topics: [] }).subarray(sizeBytes))
    request.writeInt32BE(0x7fff_ffff, request.length - 4)
    return request
  }

  function endlessVarint(): Buffer {
    return Buffer.concat([Buffer.alloc(6), Buffer.alloc(10, 0xff)])
  }
})

describe("a damaged batch", () => {
  const batch = encodeBatch({
    baseOffset: 5,
    records: [{ key: Buffer.from("k"), value: Buffer.from("v"), headers: [{ key: "h", value: null }] }],
  })

  test("is told by its checksum wherever a byte behind it changed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 21, max: batch.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const copy = Buffer.from(batch)
        copy[at] = (copy[at] ?? 0) ^ by
        expect(validateBatch(copy)).toBe(2)
      }),
    )
  })

  test("throws ProtocolError when its records are read though the checksum holds", { timeout: timeoutMs }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom("none" as const, "gzip" as const, "snappy" as const, "lz4" as const, "zstd" as const),
        fc.array(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), { minLength: 1, maxLength: 5 }),
        (codec, flips) => {
          const records = Array.from({ length: 20 }, (_, index) => ({ value: Buffer.from(`value ${index % 3}`) }))
          const copy = Buffer.from(encodeBatch({ records, codec }))
          for (const { at, to } of flips) copy[61 + (at % (copy.length - 61))] = to
          setChecksum(copy)
          expect(faultOf(() => decodeRecords(copy))).not.toBe("another error")
        },
      ),
      { numRuns: runs * 10 },
    )
  })

  test("ends the batches of a buffer", () => {
    const cut = Buffer.concat([batch, batch, batch.subarray(0, batch.length - 1)])
    expect([...batchesOf(cut)]).toEqual([batch, batch])
  })
})

/** The fault of a ProtocolError, "none" when nothing was thrown. */
function faultOf(action: () => unknown): ProtocolFault | "none" | "another error" {
  try {
    action()
    return "none"
  } catch (error) {
    return error instanceof ProtocolError ? error.fault : "another error"
  }
}
