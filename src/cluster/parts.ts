import type { DiskResult } from "./disk"
import type { PartitionLogOptions } from "./log/logInterface"
import { PartitionLog } from "./log/partitionLog"
import { ProducerState } from "./log/producerState"
import { Controller, type ControllerSetup } from "./state/controller/controller"
import { GroupShard, type GroupShardOptions } from "./state/group/groupShard"
import type { RaftSetup } from "./state/quorum/quorumMember"
import { Raft } from "./state/quorum/raft"
import { LeaderFetcher, type LeaderFetcherSetup } from "./state/replica/leaderFetcher"
import { LeaderRole, type NewLeaderRole } from "./state/replica/leaderRole"
import { type NewPartition, Partition } from "./state/replica/partition"
import { MarkerSender, type NewMarkerSender } from "./state/transaction/markerSender"
import { TransactionShard, type TransactionShardOptions } from "./state/transaction/transactionShard"

/**
 * The pieces that hold Kafka's rules, as each node makes them. Whoever doubts a check passes a piece that breaks its
 * rule: a checker that has never failed proves nothing.
 */
export interface Parts {
  /** Segments, recovery, truncation. */
  readonly openLog: (options: PartitionLogOptions) => DiskResult<PartitionLog>
  /** Sequences, duplicates, open transactions of one log. */
  readonly newProducerState: () => ProducerState
  /** Acknowledgements, reads, divergence. */
  readonly newPartition: NewPartition
  /** High watermark and ISR. */
  readonly newLeaderRole: NewLeaderRole
  readonly newLeaderFetcher: (setup: LeaderFetcherSetup) => LeaderFetcher
  readonly newGroupShard: (options: GroupShardOptions) => GroupShard
  readonly newTransactionShard: (options: TransactionShardOptions) => TransactionShard
  readonly newMarkerSender: NewMarkerSender
  /** Elections of the controller quorum, its log. */
  readonly newRaft: (setup: RaftSetup) => Raft
  /** Fencing, elections of partition leaders, answers to AlterPartition. */
  readonly newController: (setup: ControllerSetup) => Controller
}

export const kafkaParts: Parts = {
  openLog: (options) => PartitionLog.open(options),
  newProducerState: () => new ProducerState(),
  newPartition: (...all) => new Partition(...all),
  newLeaderRole: (...all) => new LeaderRole(...all),
  newLeaderFetcher: (setup) => new LeaderFetcher(setup),
  newGroupShard: (options) => new GroupShard(options),
  newTransactionShard: (options) => new TransactionShard(options),
  newMarkerSender: (...all) => new MarkerSender(...all),
  newRaft: (setup) => new Raft(setup),
  newController: (setup) => new Controller(setup),
}
