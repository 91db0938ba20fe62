import { ErrorCode } from "../../../../protocol/errorCodes"
import type { WireAssignment } from "./assignment"
import { LEAVE_EPOCH, STATIC_LEAVE_EPOCH } from "./consumerMember"

export interface ConsumerHeartbeat {
  readonly groupId: string
  readonly memberId: string
  /** 0 joins, -1 leaves, -2 leaves for a while (static members). */
  readonly memberEpoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly rebalanceTimeoutMs: number
  readonly subscribedTopicNames: readonly string[] | null
  readonly subscribedTopicRegex: string | null
  readonly serverAssignor: string | null
  readonly topicPartitions: WireAssignment | null
}

export interface Refusal {
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
}

export function refuse(errorCode: ErrorCode, errorMessage: string): Refusal {
  return { errorCode, errorMessage }
}

/** From v1 members make their own ids (KIP-1082). */
const CLIENT_MADE_IDS_VERSION = 1

/** What no state can make right. Kafka: GroupCoordinatorService.throwIfConsumerGroupHeartbeatRequestIsInvalid. */
export function checkHeartbeat(
  request: ConsumerHeartbeat,
  version: number,
  assignors: readonly string[],
): Refusal | undefined {
  const invalid = (message: string) => refuse(ErrorCode.InvalidRequest, message)
  const { memberEpoch } = request
  if (memberEpoch < STATIC_LEAVE_EPOCH) return invalid("MemberEpoch is invalid.")
  if (request.memberId === "" && (version >= CLIENT_MADE_IDS_VERSION || memberEpoch !== 0)) {
    return invalid("MemberId can't be empty.")
  }
  if (request.groupId === "") return invalid("GroupId can't be empty.")
  if (request.instanceId === "") return invalid("InstanceId can't be empty.")
  if (request.rackId === "") return invalid("RackId can't be empty.")
  if (memberEpoch === STATIC_LEAVE_EPOCH && request.instanceId === null) return invalid("InstanceId can't be null.")
  if (memberEpoch === LEAVE_EPOCH || memberEpoch === STATIC_LEAVE_EPOCH) return undefined
  if (memberEpoch === 0) {
    if (request.rebalanceTimeoutMs === -1) return invalid("RebalanceTimeoutMs must be provided in first request.")
    if (request.topicPartitions === null || request.topicPartitions.length > 0) {
      return invalid("TopicPartitions must be empty when (re-)joining.")
    }
    // An empty expression or list is a subscription too: to nothing.
    if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null) {
      return invalid("Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")
    }
  }
  if (request.serverAssignor !== null && !assignors.includes(request.serverAssignor)) {
    return refuse(
      ErrorCode.UnsupportedAssignor,
      `ServerAssignor ${request.serverAssignor} is not supported. Supported assignors: ${assignors.join(", ")}.`,
    )
  }
  return undefined
}
