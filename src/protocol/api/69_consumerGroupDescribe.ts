/**
 * ConsumerGroupDescribe (API key 69): shows consumer groups with their members (KIP-848).
 *
 * v1  type of member (KIP-1099)
 */
import {
  api,
  array,
  boolean,
  int8,
  int16,
  int32,
  nullableString,
  since,
  string,
  struct,
  uuid,
  withDefault,
} from "../schema"

export const consumerGroupDescribe = api({
  key: 69,
  name: "ConsumerGroupDescribe",
  versions: [0, 1],
  flexibleFrom: 0,
  request: {
    groupIds: array(string),
    includeAuthorizedOperations: boolean,
  },
  response: {
    throttleTimeMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        groupId: string,
        groupState: string,
        groupEpoch: int32,
        assignmentEpoch: int32,
        assignorName: string,
        members: array(
          struct({
            memberId: string,
            instanceId: nullableString,
            rackId: nullableString,
            memberEpoch: int32,
            clientId: string,
            clientHost: string,
            subscribedTopicNames: array(string),
            subscribedTopicRegex: nullableString,
            assignment: struct({
              topicPartitions: array(
                struct({
                  topicId: uuid,
                  topicName: string,
                  partitions: array(int32),
                }),
              ),
            }),
            targetAssignment: struct({
              topicPartitions: array(
                struct({
                  topicId: uuid,
                  topicName: string,
                  partitions: array(int32),
                }),
              ),
            }),
            memberType: since(1, withDefault(-1, int8)),
          }),
        ),
        authorizedOperations: withDefault(-2147483648, int32),
      }),
    ),
  },
})
