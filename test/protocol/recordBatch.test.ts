import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compress, decompress, maxUnpackedBytes } from "../../src/protocol/compression"
import { crc32c } from "../../src/protocol/crc32c"
import { ErrorCode, errorMeaning, errorName, isRetriable } from "../../src/protocol/errorCodes"
import { ProtocolError } from "../../src/protocol/protocolError"
import { Reader } from "../../src/protocol/reader"
import { decodeControlRecord, encodeControlRecord } from "../../src/protocol/record/controlRecords"
import * as batch from "../../src/protocol/recordBatch"
import { Writer } from "../../src/protocol/writer"

const codecs = ["gzip", "snappy", "lz4", "zstd"] as const
const buffers = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
const records = fc.array(
  fc.record({
    timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
    key: fc.option(buffers),
    value: fc.option(buffers),
    headers: fc.array(fc.record({ key: fc.string({ maxLength: 5 }), value: fc.option(buffers) }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 20 },
)

test("records come out of a batch as they went in, under every codec", () => {
  fc.assert(
    fc.property(records, fc.constantFrom(...batch.codecNames), fc.nat({ max: 2 ** 40 }), (input, codec, baseOffset) => {
      const bytes = batch.encodeBatch({ baseOffset, records: input, codec })
      expect(batch.validateBatch(bytes)).toBe(ErrorCode.None)
      expect(batch.decodeRecords(bytes)).toEqual(input.map((each, index) => ({ ...each, offset: baseOffset + index })))
    }),
  )
})

test("the header holds what it was given, and offset and epoch can be set without a new checksum", () => {
  const bytes = batch.encodeBatch({
    records: [
      { offset: 10, timestamp: 1000 },
      { offset: 14, timestamp: 900 },
    ],
    lastOffsetDelta: 6,
    producerId: 2 ** 40,
    producerEpoch: 3,
    baseSequence: 77,
    isTransactional: true,
    codec: "lz4",
  })
  batch.setBaseOffset(bytes, 2 ** 41 + 1)
  batch.setPartitionLeaderEpoch(bytes, 9)
  expect(batch.validateBatch(bytes)).toBe(ErrorCode.None)
  expect({
    baseOffset: batch.baseOffset(bytes),
    lastOffset: batch.lastOffset(bytes),
    leaderEpoch: batch.partitionLeaderEpoch(bytes),
    size: batch.batchSize(bytes),
    producerId: batch.producerId(bytes),
    producerEpoch: batch.producerEpoch(bytes),
    baseSequence: batch.baseSequence(bytes),
    timestamps: [batch.baseTimestamp(bytes), batch.maxTimestamp(bytes)],
    recordCount: batch.recordCount(bytes),
    codec: batch.codecOf(bytes),
    flags: [batch.isTransactional(bytes), batch.isControl(bytes), batch.isLogAppendTime(bytes)],
    offsets: batch.decodeRecords(bytes).map(({ offset }) => offset),
  }).toEqual({
    baseOffset: 2 ** 41 + 1,
    lastOffset: 2 ** 41 + 7,
    leaderEpoch: 9,
    size: bytes.length,
    producerId: 2 ** 40,
    producerEpoch: 3,
    baseSequence: 77,
    timestamps: [1000, 1000],
    recordCount: 2,
    codec: "lz4",
    flags: [true, false, false],
    offsets: [2 ** 41 + 1, 2 ** 41 + 5],
  })
})

test("a batch stamped with the append time reads as that time", () => {
  const bytes = batch.encodeBatch({ records: [{ timestamp: 5 }, { timestamp: 6 }] })
  batch.setLogAppendTime(bytes, 1_700_000_000_000)
  expect(batch.validateBatch(bytes)).toBe(ErrorCode.None)
  expect(batch.decodeRecords(bytes).map(({ timestamp }) => timestamp)).toEqual([1_700_000_000_000, 1_700_000_000_000])
})

test("a transaction marker can be told from its bytes, and other control records from it", () => {
  const marker = encodeControlRecord("commit", { coordinatorEpoch: 4 })
  const leaderChange = encodeControlRecord("leaderChange", { leaderId: 3, voters: [{ voterId: 3 }] })
  const batches = [marker, leaderChange].map((record) => batch.encodeBatch({ isControl: true, records: [record] }))
  expect(batches.map((bytes) => batch.endTransactionMarker(bytes))).toEqual([
    { type: "commit", coordinatorEpoch: 4 },
    undefined,
  ])
  expect([marker, leaderChange].map(({ key, value }) => decodeControlRecord(key, value)?.kind)).toEqual([
    "commit",
    "leaderChange",
  ])
})

describe("codecs", () => {
  /** Text that repeats near and far, noise, and sizes around the blocks of 32 and 64 KiB. */
  const contents = fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.constantFrom(1, 2, 150, 500), fc.boolean())
    .map(([bytes, times, noisy]) => {
      const repeated = Buffer.concat(Array.from({ length: times }, () => bytes))
      return noisy ? Buffer.from(repeated.map((byte, index) => byte ^ (index * 31) ^ (index >>> 7))) : repeated
    })

  test.each(codecs)("%s gives back what it took", (codec) => {
    fc.assert(
      fc.property(contents, (bytes) => {
        expect(decompress(codec, compress(codec, bytes)).equals(bytes)).toBe(true)
      }),
      { numRuns: 60 },
    )
    expect(decompress(codec, compress(codec, Buffer.alloc(0)))).toEqual(Buffer.alloc(0))
  })

  // The fixtures are batches that MemoryRecords of kafka-clients 4.1.1 wrote.
  test.each(["none", ...codecs])("%s as the Java client writes it can be read", (codec) => {
    const bytes = readFileSync(new URL(`../fixtures/protocol/batch-${codec}.bin`, import.meta.url))
    expect(batch.validateBatch(bytes)).toBe(ErrorCode.None)
    expect(batch.decodeRecords(bytes).map(({ key, value, ...rest }) => [`${key}`, `${value}`, rest])).toEqual(
      Array.from({ length: 10 }, (_, index) => [
        `k${index}`,
        `value ${index} `.repeat(index),
        { offset: index, timestamp: 1000 + index, headers: [] },
      ]),
    )
  })

  test.each(codecs)("%s refuses to unpack beyond the limit", (codec) => {
    const bomb = compress(codec, Buffer.alloc(200_000))
    expect(() => decompress(codec, bomb, 100_000)).toThrow(ProtocolError)
    expect(decompress(codec, bomb, maxUnpackedBytes)).toHaveLength(200_000)
  })
})

test("CRC-32C gives the check values of RFC 3720, in one go or in two", () => {
  const zeros = Buffer.alloc(32)
  const ones = Buffer.alloc(32, 0xff)
  const rising = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
  expect([crc32c(Buffer.from("123456789")), crc32c(zeros), crc32c(ones), crc32c(rising)]).toEqual([
    0xe3069283, 0x8a9136aa, 0x62a8ab43, 0x46dd794e,
  ])
  expect(crc32c(rising, 11, 32, crc32c(rising, 0, 11))).toBe(0x46dd794e)
})

test("every varint and varlong comes back", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer(), fc.nat({ max: 0xffff_ffff }), (long, int, unsigned) => {
      const writer = new Writer()
      writer.varlong(long)
      writer.varint(int)
      writer.unsignedVarint(unsigned)
      const reader = new Reader(writer.finish())
      expect([reader.varlong(), reader.varint(), reader.unsignedVarint()]).toEqual([long, int, unsigned])
    }),
    { numRuns: 2000 },
  )
})

test("every error code has Kafka's name, a number of its own and a sentence", () => {
  const codes = Object.values(ErrorCode)
  expect(new Set(codes).size).toBe(codes.length)
  expect([Math.min(...codes), Math.max(...codes), codes.length]).toEqual([-1, 133, 135])
  expect(codes.filter((code) => !/^[A-Z].*\.$/.test(errorMeaning(code) ?? ""))).toEqual([])
  expect([errorName(6), errorName(-1), errorName(999), isRetriable(6), isRetriable(10)]).toEqual([
    "NOT_LEADER_OR_FOLLOWER",
    "UNKNOWN_SERVER_ERROR",
    "UNKNOWN(999)",
    true,
    false,
  ])
})
