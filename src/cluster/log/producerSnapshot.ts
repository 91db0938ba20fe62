import { crc32c } from "../../protocol/crc32c"
import { lastSequence, NO_SEQUENCE, type ProducerEntry, subtractFromSequence } from "./producerEntry"

/** Version i16, crc u32 of what follows it, count i32, entries (Kafka: `ProducerStateManager.writeSnapshot`). */
const VERSION = 1
const CRC_AT = 2
const COUNT_AT = 6
const ENTRIES_AT = 10
const ENTRY_BYTES = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8

export function encodeProducerSnapshot(entries: readonly ProducerEntry[]): Buffer {
  const bytes = Buffer.alloc(ENTRIES_AT + entries.length * ENTRY_BYTES)
  bytes.writeInt16BE(VERSION, 0)
  bytes.writeInt32BE(entries.length, COUNT_AT)
  let at = ENTRIES_AT
  for (const entry of entries) {
    const last = entry.batches.at(-1)
    at = bytes.writeBigInt64BE(BigInt(entry.producerId), at)
    at = bytes.writeInt16BE(entry.producerEpoch, at)
    at = bytes.writeInt32BE(lastSequence(entry), at)
    at = bytes.writeBigInt64BE(BigInt(last?.lastOffset ?? -1), at)
    at = bytes.writeInt32BE(last ? last.lastOffset - last.firstOffset : 0, at)
    at = bytes.writeBigInt64BE(BigInt(entry.lastTimestamp), at)
    at = bytes.writeInt32BE(entry.coordinatorEpoch, at)
    at = bytes.writeBigInt64BE(BigInt(entry.transactionFirstOffset), at)
  }
  bytes.writeUInt32BE(crc32c(bytes.subarray(COUNT_AT)), CRC_AT)
  return bytes
}

/** Undefined when the snapshot is damaged or of another version: an older one, or the log, then tells. */
export function decodeProducerSnapshot(bytes: Buffer): ProducerEntry[] | undefined {
  if (bytes.length < ENTRIES_AT || bytes.readInt16BE(0) !== VERSION) return undefined
  if (bytes.readUInt32BE(CRC_AT) !== crc32c(bytes.subarray(COUNT_AT))) return undefined
  const count = bytes.readInt32BE(COUNT_AT)
  if (bytes.length < ENTRIES_AT + count * ENTRY_BYTES) return undefined
  const entries: ProducerEntry[] = []
  for (let index = 0; index < count; index++) entries.push(decodeEntry(bytes, ENTRIES_AT + index * ENTRY_BYTES))
  return entries
}

/** Only the last batch of a producer is in a snapshot. */
function decodeEntry(bytes: Buffer, at: number): ProducerEntry {
  const last = bytes.readInt32BE(at + 10)
  const lastOffset = Number(bytes.readBigInt64BE(at + 14))
  const offsetDelta = bytes.readInt32BE(at + 22)
  const timestamp = Number(bytes.readBigInt64BE(at + 26))
  const firstSequence = subtractFromSequence(last, offsetDelta)
  const batch = { firstSequence, lastSequence: last, firstOffset: lastOffset - offsetDelta, lastOffset, timestamp }
  return {
    producerId: Number(bytes.readBigInt64BE(at)),
    producerEpoch: bytes.readInt16BE(at + 8),
    batches: last === NO_SEQUENCE ? [] : [batch],
    coordinatorEpoch: bytes.readInt32BE(at + 34),
    lastTimestamp: timestamp,
    transactionFirstOffset: Number(bytes.readBigInt64BE(at + 38)),
  }
}
