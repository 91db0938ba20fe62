import { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"
import type { Random } from "../../random"
import { coordinatorPartition } from "../coordinatorTopic"
import { ConfigResourceType, type MetadataImage } from "../metadata/metadataImage"
import type { NodeConfig } from "../nodeConfig"
import { partitionCoordinatorLog } from "../partitionCoordinatorLog"
import type { Partition } from "../replica/partition"
import type { PartitionOwner, ReplicaManager } from "../replica/replicaManager"
import { type GroupConfig, groupConfigFrom } from "./groupConfig"
import type { Group } from "./groupContext"
import type { GroupShard, GroupShardOptions } from "./groupShard"
import { type GroupView, viewGroup } from "./viewGroup"

export const OFFSETS_TOPIC = "__consumer_offsets"

export interface GroupCoordinatorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly config: NodeConfig
  readonly replicas: ReplicaManager
  readonly metadata: MetadataImage
  readonly newGroupShard: (options: GroupShardOptions) => GroupShard
}

/** The coordinator for those partitions of `__consumer_offsets` that this broker leads. Kafka: GroupCoordinatorService. */
export class GroupCoordinator implements PartitionOwner {
  readonly config: GroupConfig
  private readonly clock: Clock
  private readonly random: Random
  private readonly metadata: MetadataImage
  private readonly newGroupShard: GroupCoordinatorOptions["newGroupShard"]
  private readonly partitionCount: number
  private readonly shards = new Map<number, GroupShard>()

  /** Registers with `replicas` as the owner of the topic. */
  constructor(options: GroupCoordinatorOptions) {
    this.clock = options.clock
    this.random = options.random
    this.metadata = options.metadata
    this.newGroupShard = options.newGroupShard
    this.config = groupConfigFrom((name) => options.config.value(name))
    this.partitionCount = options.config.number("offsets.topic.num.partitions")
    options.replicas.own(OFFSETS_TOPIC, this)
  }

  /** The partition of `__consumer_offsets` that keeps a group. */
  partitionFor(groupId: string): number {
    return coordinatorPartition(groupId, this.partitionCount)
  }

  /** NotCoordinator when another broker leads the group's partition, CoordinatorLoadInProgress while it is read. */
  shardOf(groupId: string): GroupShard | ErrorCode {
    const shard = this.shards.get(this.partitionFor(groupId))
    if (!shard || shard.state === "closed") return ErrorCode.NotCoordinator
    return shard.state === "loading" ? ErrorCode.CoordinatorLoadInProgress : shard
  }

  /** Undefined where the group is unknown or kept elsewhere. */
  find(groupId: string): Group | undefined {
    return this.shards.get(this.partitionFor(groupId))?.groups.get(groupId)
  }

  get isLoading(): boolean {
    return [...this.shards.values()].some((shard) => shard.state === "loading")
  }

  /** All groups of this broker. */
  *groups(): Generator<Group> {
    for (const shard of this.shards.values()) yield* shard.groups.values()
  }

  shardAt(partition: number): GroupShard | undefined {
    return this.shards.get(partition)
  }

  /** Grows with every change that `view` could show. */
  get revision(): number {
    let revision = 0
    for (const shard of this.shards.values()) revision += shard.revision
    return revision
  }

  /** The groups that this broker coordinates, for the snapshot; lag is the reader's to compute. */
  view(): Record<string, GroupView> {
    const view: Record<string, GroupView> = {}
    for (const shard of this.shards.values()) {
      for (const group of shard.groups.values())
        view[group.groupId] = viewGroup(group, shard.offsets.get(group.groupId), shard)
    }
    return view
  }

  onElected(partition: Partition, _leaderEpoch: number): void {
    this.onResigned(partition.index)
    const shard = this.newGroupShard({
      partition: partition.index,
      log: partitionCoordinatorLog(partition),
      clock: this.clock,
      config: this.config,
      topics: this.metadata,
      newId: () => uuidText(this.random.bytes(16)),
      ownConfig: (groupId, name) => this.metadata.configsOf(ConfigResourceType.group, groupId).get(name),
    })
    this.shards.set(partition.index, shard)
    shard.load()
  }

  onResigned(index: number): void {
    this.shards.get(index)?.close()
    this.shards.delete(index)
  }

  /** Offsets of deleted topics go with them. */
  onTopicsRemoved(names: ReadonlySet<string>): void {
    if (names.size > 0) for (const shard of this.shards.values()) shard.deleteTopics(names)
  }

  /** Ends all timers, when the broker stops. */
  close(): void {
    for (const index of [...this.shards.keys()]) this.onResigned(index)
  }
}

/** Java's `UUID.randomUUID().toString()`, which member ids end with. */
function uuidText(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
