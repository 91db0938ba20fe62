/** A client's way from a key's bytes to a partition. */
export interface KeyHash {
  /** The clients that do so by default. */
  readonly clients: string
  readonly name: string
  hash(key: Uint8Array): number
  partition(hash: number, partitions: number): number
}

/**
 * What clients do with a key by default: Java's BuiltInPartitioner.partitionForKey and kafkajs hash with murmur2,
 * sarama's NewHashPartitioner with FNV-1a, librdkafka's consistent_random with CRC-32.
 */
export const keyHashes: readonly KeyHash[] = [
  { clients: "Java, kafkajs", name: "murmur2", hash: murmur2, partition: (hash, count) => (hash & 0x7fffffff) % count },
  // sarama: int32(hash) % partitions, negated where negative.
  { clients: "sarama", name: "FNV-1a", hash: fnv1a, partition: (hash, count) => Math.abs((hash | 0) % count) },
  { clients: "librdkafka", name: "CRC-32", hash: crc32, partition: (hash, count) => hash % count },
]

/** org.apache.kafka.common.utils.Utils.murmur2, as an unsigned number. */
export function murmur2(key: Uint8Array): number {
  const multiplier = 0x5bd1e995
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  let hash = 0x9747b28c ^ key.length
  const words = key.length >> 2
  for (let word = 0; word < words; word++) {
    let bits = Math.imul(view.getInt32(word * 4, true), multiplier)
    bits ^= bits >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(bits, multiplier)
  }
  const rest = key.length & 3
  for (let index = rest - 1; index >= 0; index--) hash ^= (key[words * 4 + index] ?? 0) << (8 * index)
  if (rest > 0) hash = Math.imul(hash, multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  hash ^= hash >>> 15
  return hash >>> 0
}

/** 32-bit FNV-1a. */
export function fnv1a(key: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** CRC-32 of zlib. */
export function crc32(key: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of key) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
