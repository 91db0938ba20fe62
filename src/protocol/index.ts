import { produce } from "./api/00_produce"
import { fetch } from "./api/01_fetch"
import { listOffsets } from "./api/02_listOffsets"
import { metadata } from "./api/03_metadata"
import { offsetCommit } from "./api/08_offsetCommit"
import { offsetFetch } from "./api/09_offsetFetch"
import { findCoordinator } from "./api/10_findCoordinator"
import { joinGroup } from "./api/11_joinGroup"
import { heartbeat } from "./api/12_heartbeat"
import { leaveGroup } from "./api/13_leaveGroup"
import { syncGroup } from "./api/14_syncGroup"
import { describeGroups } from "./api/15_describeGroups"
import { listGroups } from "./api/16_listGroups"
import { saslHandshake } from "./api/17_saslHandshake"
import { apiVersions } from "./api/18_apiVersions"
import { createTopics } from "./api/19_createTopics"
import { deleteTopics } from "./api/20_deleteTopics"
import { deleteRecords } from "./api/21_deleteRecords"
import { initProducerId } from "./api/22_initProducerId"
import { offsetForLeaderEpoch } from "./api/23_offsetForLeaderEpoch"
import { addPartitionsToTxn } from "./api/24_addPartitionsToTxn"
import { addOffsetsToTxn } from "./api/25_addOffsetsToTxn"
import { endTxn } from "./api/26_endTxn"
import { writeTxnMarkers } from "./api/27_writeTxnMarkers"
import { txnOffsetCommit } from "./api/28_txnOffsetCommit"
import { describeAcls } from "./api/29_describeAcls"
import { createAcls } from "./api/30_createAcls"
import { deleteAcls } from "./api/31_deleteAcls"
import { describeConfigs } from "./api/32_describeConfigs"
import { alterConfigs } from "./api/33_alterConfigs"
import { alterReplicaLogDirs } from "./api/34_alterReplicaLogDirs"
import { describeLogDirs } from "./api/35_describeLogDirs"
import { saslAuthenticate } from "./api/36_saslAuthenticate"
import { createPartitions } from "./api/37_createPartitions"
import { deleteGroups } from "./api/42_deleteGroups"
import { electLeaders } from "./api/43_electLeaders"
import { incrementalAlterConfigs } from "./api/44_incrementalAlterConfigs"
import { alterPartitionReassignments } from "./api/45_alterPartitionReassignments"
import { listPartitionReassignments } from "./api/46_listPartitionReassignments"
import { offsetDelete } from "./api/47_offsetDelete"
import { describeClientQuotas } from "./api/48_describeClientQuotas"
import { alterClientQuotas } from "./api/49_alterClientQuotas"
import { describeUserScramCredentials } from "./api/50_describeUserScramCredentials"
import { alterUserScramCredentials } from "./api/51_alterUserScramCredentials"
import { vote } from "./api/52_vote"
import { beginQuorumEpoch } from "./api/53_beginQuorumEpoch"
import { endQuorumEpoch } from "./api/54_endQuorumEpoch"
import { describeQuorum } from "./api/55_describeQuorum"
import { alterPartition } from "./api/56_alterPartition"
import { updateFeatures } from "./api/57_updateFeatures"
import { fetchSnapshot } from "./api/59_fetchSnapshot"
import { describeCluster } from "./api/60_describeCluster"
import { describeProducers } from "./api/61_describeProducers"
import { brokerRegistration } from "./api/62_brokerRegistration"
import { brokerHeartbeat } from "./api/63_brokerHeartbeat"
import { unregisterBroker } from "./api/64_unregisterBroker"
import { describeTransactions } from "./api/65_describeTransactions"
import { listTransactions } from "./api/66_listTransactions"
import { allocateProducerIds } from "./api/67_allocateProducerIds"
import { consumerGroupHeartbeat } from "./api/68_consumerGroupHeartbeat"
import { consumerGroupDescribe } from "./api/69_consumerGroupDescribe"
import { listConfigResources } from "./api/74_listConfigResources"
import { describeTopicPartitions } from "./api/75_describeTopicPartitions"
import type { Api } from "./schema"

/** Every API that can be read and written, in the order of Kafka's keys. */
export const apis: readonly Api[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  saslHandshake,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  writeTxnMarkers,
  txnOffsetCommit,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterConfigs,
  alterReplicaLogDirs,
  describeLogDirs,
  saslAuthenticate,
  createPartitions,
  deleteGroups,
  electLeaders,
  incrementalAlterConfigs,
  alterPartitionReassignments,
  listPartitionReassignments,
  offsetDelete,
  describeClientQuotas,
  alterClientQuotas,
  describeUserScramCredentials,
  alterUserScramCredentials,
  vote,
  beginQuorumEpoch,
  endQuorumEpoch,
  describeQuorum,
  alterPartition,
  updateFeatures,
  fetchSnapshot,
  describeCluster,
  describeProducers,
  brokerRegistration,
  brokerHeartbeat,
  unregisterBroker,
  describeTransactions,
  listTransactions,
  allocateProducerIds,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  listConfigResources,
  describeTopicPartitions,
]

const byKey: readonly (Api | undefined)[] = sparse(apis)

/** The API of this key, if it is one that we speak. */
export function apiOfKey(key: number): Api | undefined {
  return byKey[key]
}

function sparse(all: readonly Api[]): (Api | undefined)[] {
  const result: (Api | undefined)[] = []
  for (const api of all) result[api.key] = api
  return result
}
