/**
 * ConsumerGroupMemberMetadataKey and ConsumerGroupMemberMetadataValue: one member of a consumer group, what it
 * subscribes to and how (KIP-848).
 */
import {
  array,
  bytes,
  int32,
  nullableString,
  nullableStruct,
  type RecordOf,
  record,
  string,
  struct,
  tagged,
  withDefault,
} from "../schema"

export const consumerGroupMemberMetadataKey = record({
  name: "ConsumerGroupMemberMetadataKey",
  apiKey: 5,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})
export type ConsumerGroupMemberMetadataKey = RecordOf<typeof consumerGroupMemberMetadataKey>

export const consumerGroupMemberMetadataValue = record({
  name: "ConsumerGroupMemberMetadataValue",
  apiKey: 5,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    instanceId: nullableString,
    rackId: nullableString,
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
    subscribedTopicRegex: nullableString,
    rebalanceTimeoutMs: withDefault(-1, int32),
    serverAssignor: nullableString,
    // Absent means "classic, with nothing in it" here: Kafka's own default. Write null for a member of the new protocol.
    classicMemberMetadata: tagged(
      0,
      0,
      nullableStruct({
        sessionTimeoutMs: int32,
        supportedProtocols: array(
          struct({
            name: string,
            metadata: bytes,
          }),
        ),
      }),
      { sessionTimeoutMs: 0, supportedProtocols: [] },
    ),
  },
})
export type ConsumerGroupMemberMetadataValue = RecordOf<typeof consumerGroupMemberMetadataValue>
