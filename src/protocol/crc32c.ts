/**
 * CRC-32C (Castagnoli), the checksum of record batch v2 and of producer snapshots.
 * Slicing-by-8 (Intel, 2006): eight tables let one step take eight bytes.
 * node:zlib's crc32 uses another polynomial.
 */
const polynomial = 0x82f63b78
const slices = 8
const tableSize = 256
const tables = slicingTables()

/** The checksum of `buffer` from `start` to `end`, unsigned; pass a former result as `seed` to go on from it. */
export function crc32c(buffer: Uint8Array, start = 0, end = buffer.length, seed = 0): number {
  let crc = ~seed
  let at = start
  const wholeEnd = end - ((end - start) % slices)
  for (; at < wholeEnd; at += slices) {
    const low =
      crc ^
      (byteAt(buffer, at) |
        (byteAt(buffer, at + 1) << 8) |
        (byteAt(buffer, at + 2) << 16) |
        (byteAt(buffer, at + 3) << 24))
    crc =
      tableAt(7, low & 0xff) ^
      tableAt(6, (low >>> 8) & 0xff) ^
      tableAt(5, (low >>> 16) & 0xff) ^
      tableAt(4, low >>> 24) ^
      tableAt(3, byteAt(buffer, at + 4)) ^
      tableAt(2, byteAt(buffer, at + 5)) ^
      tableAt(1, byteAt(buffer, at + 6)) ^
      tableAt(0, byteAt(buffer, at + 7))
  }
  for (; at < end; at++) crc = tableAt(0, (crc ^ byteAt(buffer, at)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

function byteAt(buffer: Uint8Array, index: number): number {
  return buffer[index] as number
}

function tableAt(slice: number, index: number): number {
  return tables[slice * tableSize + index] as number
}

function slicingTables(): Int32Array {
  const all = new Int32Array(slices * tableSize)
  for (let index = 0; index < tableSize; index++) {
    let crc = index
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    all[index] = crc
  }
  for (let index = tableSize; index < all.length; index++) {
    const previous = all[index - tableSize] as number
    all[index] = (all[previous & 0xff] as number) ^ (previous >>> 8)
  }
  return all
}
