import { ErrorCode } from "../../protocol/errorCodes"
import type { Services } from "../handler"
import type { CommitAnswer } from "../state/group/commitOffsets"

/** What OffsetCommit and TxnOffsetCommit name alike. */
export interface CommittedTopic<Partition extends { readonly partitionIndex: number }> {
  readonly name: string
  readonly partitions: readonly Partition[]
}

type AnyTopic = CommittedTopic<{ readonly partitionIndex: number }>

/** The partitions that a group may commit: those that exist, of topics that the client may read. */
export function committable<Partition extends { readonly partitionIndex: number }>(
  topics: readonly CommittedTopic<Partition>[],
  { acl, metadata }: Services,
) {
  return topics
    .filter(({ name }) => acl.mayRead("topic", name))
    .map(({ name, partitions }) => ({
      name,
      topicId: metadata.topic(name)?.id ?? "",
      partitions: partitions.filter(({ partitionIndex }) => metadata.partition(name, partitionIndex)),
    }))
    .filter(({ partitions }) => partitions.length > 0)
}

/** The coordinator's answer in the order asked, with an error of its own for each partition that it was not asked for. */
export function answerCommit(topics: readonly AnyTopic[], { acl }: Services, answer: CommitAnswer) {
  const answered = new Map(
    answer.topics.map(({ name, partitions }) => [
      name,
      new Map(partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])),
    ]),
  )
  return answerEach(topics, (name, partitionIndex) => {
    if (!acl.mayRead("topic", name)) return ErrorCode.TopicAuthorizationFailed
    return answered.get(name)?.get(partitionIndex) ?? ErrorCode.UnknownTopicOrPartition
  })
}

/** One error for every partition: neither API has a place for an error of the whole request. */
export function refuseCommit(topics: readonly AnyTopic[], errorCode: ErrorCode) {
  return answerEach(topics, () => errorCode)
}

function answerEach(topics: readonly AnyTopic[], errorOf: (name: string, partitionIndex: number) => number) {
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorOf(name, partitionIndex),
      })),
    })),
  }
}
