import type { GroupState } from "../groupContext"
import type { Assignment } from "./assignment"
import type { ConsumerGroup } from "./consumerGroup"
import { preferredAssignor } from "./planTarget"

/** ConsumerGroupDescribe's memberType: 1 for a member that speaks the consumer protocol. */
const CONSUMER_MEMBER = 1

/** A group as ConsumerGroupDescribe tells it. Kafka: ConsumerGroup.asDescribedGroup. */
export function describeConsumerGroup(group: ConsumerGroup, { config, topics }: GroupState) {
  const named = (assignment: Assignment) => ({
    topicPartitions: [...assignment].map(([topicId, partitions]) => ({
      topicId,
      topicName: topics.topicById(topicId)?.name ?? "<UNKNOWN>",
      partitions,
    })),
  })
  return {
    groupId: group.groupId,
    groupState: group.state,
    groupEpoch: group.epoch,
    assignmentEpoch: group.targetEpoch,
    assignorName: preferredAssignor(group.members.values(), config.consumerAssignors),
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: member.subscribedTopicNames,
      subscribedTopicRegex: member.subscribedTopicRegex ?? "",
      assignment: named(member.assigned),
      targetAssignment: named(group.target(member.memberId)),
      memberType: CONSUMER_MEMBER,
    })),
  }
}
