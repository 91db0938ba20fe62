import type { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"
import type { TransactionalProducer } from "../coordinatorLog"
import type { ClassicGroup } from "./classic/classicGroup"
import type { ConsumerGroup } from "./consumer/consumerGroup"
import type { TopicView } from "./consumer/topicView"
import type { ConsumerTimes, GroupConfig } from "./groupConfig"
import type { GroupOffsets } from "./groupOffsets"
import type { GroupRecord } from "./groupRecords"

export type Group = ClassicGroup | ConsumerGroup

/** What the rules of groups may use: time, configuration, and one log to write to. Nothing else reaches them. */
export interface GroupContext {
  readonly clock: Clock
  readonly config: GroupConfig
  /** A random UUID, for member ids. */
  newId(): string
  /**
   * Appends records to the coordinator's partition, at once. `done` hears None when they are committed, else the
   * error that a client is told; a refused append changes nothing. It is never called before `write` returns,
   * unless the coordinator has left this broker.
   */
  write(records: readonly GroupRecord[], done: (errorCode: ErrorCode) => void, producer?: TransactionalProducer): void
}

/** What rules over all groups of a partition see: the image of its log. */
export interface GroupState extends GroupContext {
  readonly groups: ReadonlyMap<string, Group>
  readonly topics: TopicView
  /** Committed offsets by group; a group without any is absent. */
  readonly offsets: ReadonlyMap<string, GroupOffsets>
  consumerTimes(groupId: string): ConsumerTimes
  createClassicGroup(groupId: string, nowMs?: number): ClassicGroup
  /** Takes a group out of the image, after its tombstones were written. */
  forget(groupId: string): void
}
