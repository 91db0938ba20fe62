import { randomBytes } from "node:crypto"
import { zeroUuid } from "../protocol/schema"

/** Chance, as everything in the cluster sees it. From a seed in the simulation. */
export interface Random {
  /** 0 ≤ r < 1. */
  next(): number
  bytes(length: number): Buffer
}

const BITS_OF_NEXT = 48

export class SystemRandom implements Random {
  next(): number {
    return randomBytes(BITS_OF_NEXT / 8).readUIntBE(0, BITS_OF_NEXT / 8) / 2 ** BITS_OF_NEXT
  }

  bytes(length: number): Buffer {
    return randomBytes(length)
  }
}

/** 0 ≤ n < bound. */
export function randomInteger(random: Random, bound: number): number {
  return Math.floor(random.next() * bound)
}

/** The second id that Kafka keeps for itself: the topic id of `__cluster_metadata` (Uuid.METADATA_TOPIC_ID). */
export const metadataTopicId = "AAAAAAAAAAAAAAAAAAAAAQ"

/** A fresh version-4 UUID in Kafka's base64url; never one that Kafka reserves, nor one that starts with a dash. */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const text = bytes.toString("base64url")
    // Kafka: Uuid.randomUuid refuses a leading dash, which command lines take for an option.
    if (text !== zeroUuid && text !== metadataTopicId && !text.startsWith("-")) return text
  }
}
