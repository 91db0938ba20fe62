/**
 * ConsumerProtocolSubscription and ConsumerProtocolAssignment: what a classic consumer puts into JoinGroup and
 * SyncGroup, after an int16 version.
 *
 * v1    owned partitions (KIP-429)
 * v2    generation (KIP-792)
 * v3    rack (KIP-881)
 */
import { ProtocolError } from "../protocolError"
import { Reader } from "../reader"
import {
  array,
  int32,
  nullableBytes,
  nullableString,
  type RecordOf,
  type RecordSchema,
  record,
  since,
  string,
  struct,
  withDefault,
} from "../schema"

export const consumerProtocolSubscription = record({
  name: "ConsumerProtocolSubscription",
  versions: [0, 3],
  fields: {
    topics: array(string),
    userData: nullableBytes,
    ownedPartitions: since(
      1,
      array(
        struct({
          topic: string,
          partitions: array(int32),
        }),
      ),
    ),
    generationId: since(2, withDefault(-1, int32)),
    rackId: since(3, nullableString),
  },
})
export type ConsumerProtocolSubscription = RecordOf<typeof consumerProtocolSubscription>

export const consumerProtocolAssignment = record({
  name: "ConsumerProtocolAssignment",
  versions: [0, 3],
  fields: {
    assignedPartitions: array(
      struct({
        topic: string,
        partitions: array(int32),
      }),
    ),
    userData: nullableBytes,
  },
})
export type ConsumerProtocolAssignment = RecordOf<typeof consumerProtocolAssignment>

/**
 * What every version has in common: the fields of v0, whatever follows them (Kafka: ClassicGroup.computeSubscribedTopics).
 * undefined when the bytes are something else: a group's protocol may be anything.
 */
export function readConsumerProtocol<R extends RecordSchema>(schema: R, bytes: Buffer): RecordOf<R> | undefined {
  try {
    const reader = new Reader(bytes)
    reader.int16()
    return schema.body.codec(0).read(reader) as RecordOf<R>
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
