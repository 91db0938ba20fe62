import type { Handler } from "../handler"
import { onProduce } from "./00_produce"
import { onFetch } from "./01_fetch"
import { onListOffsets } from "./02_listOffsets"
import { onMetadata } from "./03_metadata"
import { onOffsetCommit } from "./08_offsetCommit"
import { onOffsetFetch } from "./09_offsetFetch"
import { onFindCoordinator } from "./10_findCoordinator"
import { onJoinGroup } from "./11_joinGroup"
import { onHeartbeat } from "./12_heartbeat"
import { onLeaveGroup } from "./13_leaveGroup"
import { onSyncGroup } from "./14_syncGroup"
import { onDescribeGroups } from "./15_describeGroups"
import { onListGroups } from "./16_listGroups"
import { onSaslHandshake } from "./17_saslHandshake"
import { onApiVersions } from "./18_apiVersions"
import { onCreateTopics } from "./19_createTopics"
import { onDeleteTopics } from "./20_deleteTopics"
import { onDeleteRecords } from "./21_deleteRecords"
import { onInitProducerId } from "./22_initProducerId"
import { onOffsetForLeaderEpoch } from "./23_offsetForLeaderEpoch"
import { onAddPartitionsToTxn } from "./24_addPartitionsToTxn"
import { onAddOffsetsToTxn } from "./25_addOffsetsToTxn"
import { onEndTxn } from "./26_endTxn"
import { onWriteTxnMarkers } from "./27_writeTxnMarkers"
import { onTxnOffsetCommit } from "./28_txnOffsetCommit"
import { onDescribeAcls } from "./29_describeAcls"
import { onCreateAcls } from "./30_createAcls"
import { onDeleteAcls } from "./31_deleteAcls"
import { onDescribeConfigs } from "./32_describeConfigs"
import { onAlterConfigs } from "./33_alterConfigs"
import { onAlterReplicaLogDirs } from "./34_alterReplicaLogDirs"
import { onDescribeLogDirs } from "./35_describeLogDirs"
import { onSaslAuthenticate } from "./36_saslAuthenticate"
import { onCreatePartitions } from "./37_createPartitions"
import { onDeleteGroups } from "./42_deleteGroups"
import { onElectLeaders } from "./43_electLeaders"
import { onIncrementalAlterConfigs } from "./44_incrementalAlterConfigs"
import { onAlterPartitionReassignments } from "./45_alterPartitionReassignments"
import { onListPartitionReassignments } from "./46_listPartitionReassignments"
import { onOffsetDelete } from "./47_offsetDelete"
import { onDescribeClientQuotas } from "./48_describeClientQuotas"
import { onAlterClientQuotas } from "./49_alterClientQuotas"
import { onDescribeUserScramCredentials } from "./50_describeUserScramCredentials"
import { onAlterUserScramCredentials } from "./51_alterUserScramCredentials"
import { onDescribeQuorum } from "./55_describeQuorum"
import { onUpdateFeatures } from "./57_updateFeatures"
import { onDescribeCluster } from "./60_describeCluster"
import { onDescribeProducers } from "./61_describeProducers"
import { onDescribeTransactions } from "./65_describeTransactions"
import { onListTransactions } from "./66_listTransactions"
import { onConsumerGroupHeartbeat } from "./68_consumerGroupHeartbeat"
import { onConsumerGroupDescribe } from "./69_consumerGroupDescribe"
import { onListConfigResources } from "./74_listConfigResources"
import { onDescribeTopicPartitions } from "./75_describeTopicPartitions"

/**
 * Every API that this cluster serves, in the order of Kafka's keys: dispatch looks requests up here, and ApiVersions
 * answers with it. An API stands here when its handler is real.
 */
export const handlers: readonly Handler[] = [
  onProduce,
  onFetch,
  onListOffsets,
  onMetadata,
  onOffsetCommit,
  onOffsetFetch,
  onFindCoordinator,
  onJoinGroup,
  onHeartbeat,
  onLeaveGroup,
  onSyncGroup,
  onDescribeGroups,
  onListGroups,
  onSaslHandshake,
  onApiVersions(() => handlers),
  onCreateTopics,
  onDeleteTopics,
  onDeleteRecords,
  onInitProducerId,
  onOffsetForLeaderEpoch,
  onAddPartitionsToTxn,
  onAddOffsetsToTxn,
  onEndTxn,
  onWriteTxnMarkers,
  onTxnOffsetCommit,
  onDescribeAcls,
  onCreateAcls,
  onDeleteAcls,
  onDescribeConfigs,
  onAlterConfigs,
  onAlterReplicaLogDirs,
  onDescribeLogDirs,
  onSaslAuthenticate,
  onCreatePartitions,
  onDeleteGroups,
  onElectLeaders,
  onIncrementalAlterConfigs,
  onAlterPartitionReassignments,
  onListPartitionReassignments,
  onOffsetDelete,
  onDescribeClientQuotas,
  onAlterClientQuotas,
  onDescribeUserScramCredentials,
  onAlterUserScramCredentials,
  onDescribeQuorum,
  onUpdateFeatures,
  onDescribeCluster,
  onDescribeProducers,
  onDescribeTransactions,
  onListTransactions,
  onConsumerGroupHeartbeat,
  onConsumerGroupDescribe,
  onListConfigResources,
  onDescribeTopicPartitions,
]
