import { expect, it } from "vitest"
import { refuseRecords } from "../../../src/cluster/api/refuseRecords"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { type CodecName, encodeBatch } from "../../../src/protocol/recordBatch"

const MAGIC_AT = 16

it("takes one whole batch of the current format for each partition, and nothing else", () => {
  const batch = (codec: CodecName = "none") => encodeBatch({ records: [{ value: Buffer.from("x") }], codec })
  const ofMagic = (magic: number) => {
    const bytes = batch()
    bytes.writeInt8(magic, MAGIC_AT)
    return bytes
  }
  expect({
    sound: refuseRecords(batch(), 9),
    null: refuseRecords(null, 9),
    empty: refuseRecords(Buffer.alloc(0), 9),
    "cut short": refuseRecords(batch().subarray(0, 40), 9),
    two: refuseRecords(Buffer.concat([batch(), batch()]), 9),
    "magic 1": refuseRecords(ofMagic(1), 9),
    "magic 3": refuseRecords(ofMagic(3), 9),
    "zstd in version 6": refuseRecords(batch("zstd"), 6),
    "zstd in version 7": refuseRecords(batch("zstd"), 7),
  }).toEqual({
    sound: undefined,
    null: ErrorCode.InvalidRecord,
    empty: ErrorCode.InvalidRecord,
    "cut short": ErrorCode.InvalidRecord,
    two: ErrorCode.InvalidRecord,
    "magic 1": ErrorCode.InvalidRecord,
    "magic 3": ErrorCode.CorruptMessage,
    "zstd in version 6": ErrorCode.UnsupportedCompressionType,
    "zstd in version 7": undefined,
  })
})
