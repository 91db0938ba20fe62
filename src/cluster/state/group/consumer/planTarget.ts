/**
 * The group's next epoch and target assignment, when subscriptions or the topics themselves have changed.
 * Kafka: GroupMetadataManager.updateTargetAssignment, TargetAssignmentBuilder.
 */
import { ErrorCode } from "../../../../protocol/errorCodes"
import type { ConsumerGroupRegularExpressionValue } from "../../../../protocol/record/consumerGroupRegularExpression"
import type { GroupState } from "../groupContext"
import type { GroupRecord } from "../groupRecords"
import { type Assignment, equal, nothing } from "./assignment"
import { type AssignedMember, assignors } from "./assignors"
import { type Refusal, refuse } from "./checkHeartbeat"
import type { ConsumerGroup } from "./consumerGroup"
import { type ConsumerMember, groupEpochRecord, targetEpochRecord, targetRecord } from "./consumerMember"
import { compileTopicPattern, matchingTopics } from "./topicPattern"
import { metadataHash, type SubscribedTopic } from "./topicView"

export interface TargetPlan {
  readonly targetEpoch: number
  /** Of the member that asked. */
  readonly target: Assignment
  readonly records: readonly GroupRecord[]
}

/** The topics that each regular expression matches. */
type Regexes = ReadonlyMap<string, readonly string[]>

/** `member` stands for itself as it is now, or for `replaces`. */
export function planTarget(
  state: GroupState,
  group: ConsumerGroup,
  member: ConsumerMember,
  replaces: string | undefined,
  subscriptionChanged: boolean,
): TargetPlan | Refusal {
  const records: GroupRecord[] = []
  const target = group.target(replaces ?? member.memberId)
  const metadataChanged = group.metadataRevision !== state.topics.revision
  if (!subscriptionChanged && !metadataChanged && group.epoch <= group.targetEpoch) {
    return { targetEpoch: group.targetEpoch, target, records }
  }
  const members = [...group.members.values()].filter(
    ({ memberId }) => memberId !== member.memberId && memberId !== replaces,
  )
  members.push(member)
  const regexes = resolveRegexes(state, group, members, metadataChanged, records)
  if (!(regexes instanceof Map)) return regexes
  const topicsOf = (each: ConsumerMember) => subscribedTopics(state, each, regexes)
  const all = new Map(members.flatMap(topicsOf).map((topic) => [topic.id, topic]))
  const hash = metadataHash([...all.values()])
  group.metadataRevision = state.topics.revision

  let epoch = group.epoch
  if (subscriptionChanged || hash !== group.metadataHash) {
    epoch += 1
    records.push(groupEpochRecord(group.groupId, epoch, hash))
  }
  if (epoch <= group.targetEpoch) return { targetEpoch: group.targetEpoch, target, records }
  const assigned = members.map((each): AssignedMember => {
    const own = each === member ? target : group.target(each.memberId)
    const topicIds = new Set(topicsOf(each).map(({ id }) => id))
    return { memberId: each.memberId, instanceId: each.instanceId, topicIds, target: own }
  })
  const counts = new Map([...all].map(([id, { partitions }]) => [id, partitions.length]))
  const targets = assignors.get(preferredAssignor(members, state.config.consumerAssignors))?.(assigned, counts)
  for (const { memberId, target: before } of assigned) {
    const next = targets?.get(memberId) ?? nothing
    if (!equal(before, next) || !group.targets.has(memberId)) records.push(targetRecord(group.groupId, memberId, next))
  }
  records.push(targetEpochRecord(group.groupId, epoch))
  return { targetEpoch: epoch, target: targets?.get(member.memberId) ?? nothing, records }
}

/** The assignor that most members name; the broker's first where none does. */
export function preferredAssignor(members: Iterable<ConsumerMember>, supported: readonly string[]): string {
  const votes = new Map<string, number>()
  for (const { serverAssignor } of members) {
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
  }
  let preferred = supported[0] ?? "uniform"
  let most = 0
  for (const [name, count] of votes) {
    if (count <= most) continue
    preferred = name
    most = count
  }
  return preferred
}

/** Every expression in use with the topics that it matches now; those that changed are written down. */
function resolveRegexes(
  state: GroupState,
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  metadataChanged: boolean,
  records: GroupRecord[],
): Map<string, readonly string[]> | Refusal {
  const resolved = new Map<string, readonly string[]>()
  const write = (regularExpression: string, value: ConsumerGroupRegularExpressionValue | null) => {
    records.push({ name: "consumerGroupRegularExpression", key: { groupId: group.groupId, regularExpression }, value })
  }
  for (const { subscribedTopicRegex: regex } of members) {
    if (regex === null || resolved.has(regex)) continue
    const known = group.regexes.get(regex)
    if (known && !metadataChanged) {
      resolved.set(regex, known.topics)
      continue
    }
    const pattern = compileTopicPattern(regex)
    if (!pattern) {
      return refuse(ErrorCode.InvalidRegularExpression, `SubscribedTopicRegex \`${regex}\` is not a valid expression.`)
    }
    const topics = matchingTopics(pattern, state.topics.topics.keys())
    resolved.set(regex, topics)
    if (known && known.topics.join("\0") === topics.join("\0")) continue
    write(regex, { topics, version: state.topics.revision, timestamp: state.clock.now() })
  }
  for (const regex of group.regexes.keys()) if (!resolved.has(regex)) write(regex, null)
  return resolved
}

/** The hash of all topics that members subscribe to, expressions as they were last resolved. */
export function subscriptionHash(state: GroupState, group: ConsumerGroup, members: readonly ConsumerMember[]): number {
  const regexes = new Map([...group.regexes].map(([regex, { topics }]) => [regex, topics]))
  const topics = members.flatMap((member) => subscribedTopics(state, member, regexes))
  return metadataHash([...new Map(topics.map((topic) => [topic.id, topic])).values()])
}

function subscribedTopics(state: GroupState, member: ConsumerMember, regexes: Regexes): SubscribedTopic[] {
  const names = new Set(member.subscribedTopicNames)
  if (member.subscribedTopicRegex !== null) {
    for (const name of regexes.get(member.subscribedTopicRegex) ?? []) names.add(name)
  }
  return [...names].flatMap((name) => state.topics.topics.get(name) ?? [])
}
