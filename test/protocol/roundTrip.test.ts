import { isDeepStrictEqual } from "node:util"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  readRequestHeader,
} from "../../src/protocol/frame"
import { apis } from "../../src/protocol/index"
import { Reader } from "../../src/protocol/reader"
import { controlRecords } from "../../src/protocol/record/controlRecords"
import { groupRecords, transactionRecords } from "../../src/protocol/record/coordinatorRecords"
import { metadataRecords } from "../../src/protocol/record/metadataRecords"
import type { Api, RecordSchema } from "../../src/protocol/schema"
import { Writer } from "../../src/protocol/writer"
import { arbitraryMessage } from "./arbitraryMessage"

const sizeBytes = 4
const runs = 10

describe("what is encoded decodes to the same, for every API and version", () => {
  for (const api of apis) {
    test(`${api.name} ${api.versions.join(" to ")}`, () => {
      for (const version of versionsOf(api)) {
        fc.assert(fc.property(arbitraryMessage(api.request.spec, version), requestRoundTrip(api, version)), {
          numRuns: runs,
        })
        fc.assert(fc.property(arbitraryMessage(api.response.spec, version), responseRoundTrip(api, version)), {
          numRuns: runs,
        })
      }
    })
  }
})

describe("what is encoded decodes to the same, for every persisted record and version", () => {
  const coordinator = Object.values({ ...groupRecords, ...transactionRecords }).flatMap(({ key, value }) => [
    key,
    value,
  ])
  const all: RecordSchema[] = [...Object.values(metadataRecords), ...coordinator, ...Object.values(controlRecords)]
  for (const record of all) {
    test(record.name, () => {
      for (const version of versionsOf(record)) {
        const codec = record.body.codec(version)
        fc.assert(
          fc.property(arbitraryMessage(record.body.spec, version), (fields) => {
            const writer = new Writer()
            codec.write(writer, fields)
            const reader = new Reader(writer.finish())
            expectSame(codec.read(reader), fields)
            expect(reader.remaining).toBe(0)
          }),
          { numRuns: runs },
        )
      }
    })
  }
})

test("a message of nothing but defaults survives", () => {
  for (const api of apis) {
    for (const version of versionsOf(api)) {
      const frame = encodeRequest(api, version, 1, null, {})
      const again = encodeRequest(api, version, 1, null, decodeRequest(api, frame.subarray(sizeBytes)))
      expect(again).toEqual(frame)
    }
  }
})

function requestRoundTrip(api: Api, version: number) {
  return (body: object): void => {
    const frame = encodeRequest(api, version, 7, "me", body)
    expect(frame.readInt32BE(0)).toBe(frame.length - sizeBytes)
    const payload = frame.subarray(sizeBytes)
    expect(readRequestHeader(payload)).toMatchObject({
      apiKey: api.key,
      apiVersion: version,
      correlationId: 7,
      clientId: "me",
    })
    expectSame(decodeRequest(api, payload), body)
  }
}

function responseRoundTrip(api: Api, version: number) {
  return (body: object): void => {
    const payload = encodeResponse(api, version, 7, body).subarray(sizeBytes)
    expectSame(decodeResponse(api, version, payload), { correlationId: 7, body })
  }
}

/** Node compares buffers as memory, vitest byte by byte: it is asked only for the difference. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

function versionsOf({ versions: [oldest, newest] }: { readonly versions: readonly [number, number] }): number[] {
  return Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index)
}
