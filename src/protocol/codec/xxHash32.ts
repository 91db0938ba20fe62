/** xxHash-32 with seed 0 (xxhash_spec.md), for inputs below 16 bytes: LZ4 frame headers have no more. */
const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1
const laneBytes = 16

export function xxHash32(bytes: Buffer): number {
  if (bytes.length >= laneBytes) throw new Error(`xxHash32 is made for less than ${laneBytes} bytes`)
  let hash = (prime5 + bytes.length) | 0
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    hash = (hash + Math.imul(bytes.readInt32LE(at), prime3)) | 0
    hash = Math.imul((hash << 17) | (hash >>> 15), prime4)
  }
  for (; at < bytes.length; at++) {
    hash = (hash + Math.imul(bytes.readUInt8(at), prime5)) | 0
    hash = Math.imul((hash << 11) | (hash >>> 21), prime1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), prime2)
  hash = Math.imul(hash ^ (hash >>> 13), prime3)
  return (hash ^ (hash >>> 16)) >>> 0
}
