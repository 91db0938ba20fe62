/**
 * CRC-32C (Castagnoli), the checksum of record batch v2 and of producer snapshots.
 * Slicing-by-8 (Intel, 2006): eight tables let one step take eight bytes.
 * node:zlib's crc32 uses another polynomial.
 */
const polynomial = 0x82f63b78
const stepBytes = 8
const tableSize = 256
const table0 = firstTable()
const table1 = nextTable(table0)
const table2 = nextTable(table1)
const table3 = nextTable(table2)
const table4 = nextTable(table3)
const table5 = nextTable(table4)
const table6 = nextTable(table5)
const table7 = nextTable(table6)

/** The checksum of `buffer` from `start` to `end`, unsigned; pass a former result as `seed` to go on from it. */
export function crc32c(buffer: Uint8Array, start = 0, end = buffer.length, seed = 0): number {
  let crc = ~seed
  let at = start
  const wholeEnd = end - ((end - start) % stepBytes)
  for (; at < wholeEnd; at += stepBytes) {
    const low =
      crc ^
      (byteAt(buffer, at) |
        (byteAt(buffer, at + 1) << 8) |
        (byteAt(buffer, at + 2) << 16) |
        (byteAt(buffer, at + 3) << 24))
    crc =
      entryAt(table7, low & 0xff) ^
      entryAt(table6, (low >>> 8) & 0xff) ^
      entryAt(table5, (low >>> 16) & 0xff) ^
      entryAt(table4, low >>> 24) ^
      entryAt(table3, byteAt(buffer, at + 4)) ^
      entryAt(table2, byteAt(buffer, at + 5)) ^
      entryAt(table1, byteAt(buffer, at + 6)) ^
      entryAt(table0, byteAt(buffer, at + 7))
  }
  for (; at < end; at++) crc = entryAt(table0, (crc ^ byteAt(buffer, at)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

// One function per kind of array: V8 keeps what it learns about an access by the place in the source.
function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number
}

function entryAt(table: Int32Array, index: number): number {
  return table[index] as number
}

function firstTable(): Int32Array {
  return Int32Array.from({ length: tableSize }, (_, index) => {
    let crc = index
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    return crc
  })
}

/** Each table takes the table before it through one more zero byte. */
function nextTable(previous: Int32Array): Int32Array {
  return previous.map((crc) => entryAt(table0, crc & 0xff) ^ (crc >>> 8))
}
