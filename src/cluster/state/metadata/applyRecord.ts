import type { metadataRecords } from "../../../protocol/record/metadataRecords"
import type { RecordOf } from "../../../protocol/schema"
import { quotaEntityKey } from "../quota/quotaEntity"
import type { ImageChanges } from "./imageChanges"
import type { BrokerImage, PartitionImage } from "./imageEntries"
import { configKey, type MetadataImage } from "./metadataImage"
import type { MetadataRecord } from "./metadataRecord"

/** PartitionChangeRecord: the leader stays, and so does its epoch. */
const NO_LEADER_CHANGE = -2

/** Replays one record of the metadata log (Kafka: MetadataDelta.replay). */
export function applyRecord(image: MetadataImage, record: MetadataRecord, changes: ImageChanges): void {
  image.revision++
  switch (record.name) {
    case "TopicRecord": {
      const { name, topicId } = record.fields
      image.topics.set(name, { name, id: topicId, partitions: [] })
      image.topicNames.set(topicId, name)
      changes.createdTopics.push(name)
      return
    }
    case "PartitionRecord":
      createPartition(image, record.fields, changes)
      return
    case "PartitionChangeRecord":
      changePartition(image, record.fields, changes)
      return
    case "RemoveTopicRecord":
      removeTopic(image, record.fields.topicId, changes)
      return
    case "ClearElrRecord":
      clearElr(image, record.fields.topicName, changes)
      return
    case "ConfigRecord":
      setConfig(image, record.fields, changes)
      return
    case "ProducerIdsRecord":
      image.nextProducerId = record.fields.nextProducerId
      return
    case "FeatureLevelRecord":
      if (record.fields.featureLevel === 0) image.features.delete(record.fields.name)
      else image.features.set(record.fields.name, record.fields.featureLevel)
      return
    // This cluster writes no metadata transactions, and a no-op changes nothing.
    case "NoOpRecord":
    case "BeginTransactionRecord":
    case "EndTransactionRecord":
    case "AbortTransactionRecord":
      return
    case "AccessControlEntryRecord":
    case "RemoveAccessControlEntryRecord":
    case "UserScramCredentialRecord":
    case "RemoveUserScramCredentialRecord":
    case "ClientQuotaRecord":
      applyClientRecord(image, record)
      return
    default:
      applyBrokerRecord(image, record, changes)
  }
}

type BrokerRecordName =
  | "RegisterBrokerRecord"
  | "UnregisterBrokerRecord"
  | "FenceBrokerRecord"
  | "UnfenceBrokerRecord"
  | "BrokerRegistrationChangeRecord"

function applyBrokerRecord(image: MetadataImage, record: Named<BrokerRecordName>, changes: ImageChanges): void {
  switch (record.name) {
    case "RegisterBrokerRecord": {
      const { brokerId, brokerEpoch, incarnationId, endPoints, rack, fenced, inControlledShutdown, logDirs } =
        record.fields
      const endpoints = endPoints
      setBroker(image, changes, {
        id: brokerId,
        epoch: brokerEpoch,
        incarnationId,
        endpoints,
        rack,
        fenced,
        inControlledShutdown,
        logDirs,
      })
      return
    }
    case "UnregisterBrokerRecord":
      image.brokers.delete(record.fields.brokerId)
      changes.brokers.add(record.fields.brokerId)
      return
    case "FenceBrokerRecord":
      updateBroker(image, changes, record.fields.id, { fenced: true })
      return
    case "UnfenceBrokerRecord":
      updateBroker(image, changes, record.fields.id, { fenced: false })
      return
    case "BrokerRegistrationChangeRecord":
      changeRegistration(image, record.fields, changes)
      return
  }
}

type ClientRecordName =
  | "AccessControlEntryRecord"
  | "RemoveAccessControlEntryRecord"
  | "UserScramCredentialRecord"
  | "RemoveUserScramCredentialRecord"
  | "ClientQuotaRecord"

/** What the cluster knows of its clients: what they may do, how they prove who they are, how much they get. */
function applyClientRecord(image: MetadataImage, record: Named<ClientRecordName>): void {
  switch (record.name) {
    case "AccessControlEntryRecord":
      image.acls.set(record.fields.id, record.fields)
      image.aclRevision++
      return
    case "RemoveAccessControlEntryRecord":
      image.acls.delete(record.fields.id)
      image.aclRevision++
      return
    case "UserScramCredentialRecord": {
      const { name: user, mechanism, salt, storedKey, serverKey, iterations } = record.fields
      image.scram.set(`${mechanism}:${user}`, { user, mechanism, salt, storedKey, serverKey, iterations })
      return
    }
    case "RemoveUserScramCredentialRecord":
      image.scram.delete(`${record.fields.mechanism}:${record.fields.name}`)
      return
    case "ClientQuotaRecord":
      setQuota(image, record.fields)
      return
  }
}

type Named<Name extends MetadataRecord["name"]> = Extract<MetadataRecord, { readonly name: Name }>
type Fields<Name extends keyof typeof metadataRecords> = RecordOf<(typeof metadataRecords)[Name]>

function createPartition(image: MetadataImage, fields: Fields<"PartitionRecord">, changes: ImageChanges): void {
  const name = image.topicNames.get(fields.topicId)
  if (name === undefined) return
  setPartition(image, changes, {
    topic: name,
    topicId: fields.topicId,
    index: fields.partitionId,
    replicas: fields.replicas,
    isr: fields.isr,
    elr: fields.eligibleLeaderReplicas ?? [],
    lastKnownElr: fields.lastKnownElr ?? [],
    removingReplicas: fields.removingReplicas,
    addingReplicas: fields.addingReplicas,
    leader: fields.leader,
    leaderEpoch: fields.leaderEpoch,
    partitionEpoch: fields.partitionEpoch,
    leaderRecoveryState: fields.leaderRecoveryState,
  })
}

/** Kafka: PartitionRegistration.merge. */
function changePartition(image: MetadataImage, fields: Fields<"PartitionChangeRecord">, changes: ImageChanges): void {
  const name = image.topicNames.get(fields.topicId)
  const before = name === undefined ? undefined : image.partition(name, fields.partitionId)
  if (!before) return
  const isElected = fields.leader !== NO_LEADER_CHANGE
  setPartition(image, changes, {
    ...before,
    isr: fields.isr ?? before.isr,
    replicas: fields.replicas ?? before.replicas,
    removingReplicas: fields.removingReplicas ?? before.removingReplicas,
    addingReplicas: fields.addingReplicas ?? before.addingReplicas,
    elr: fields.eligibleLeaderReplicas ?? before.elr,
    lastKnownElr: fields.lastKnownElr ?? before.lastKnownElr,
    leader: isElected ? fields.leader : before.leader,
    leaderEpoch: isElected ? before.leaderEpoch + 1 : before.leaderEpoch,
    partitionEpoch: before.partitionEpoch + 1,
    leaderRecoveryState: fields.leaderRecoveryState < 0 ? before.leaderRecoveryState : fields.leaderRecoveryState,
  })
}

function setPartition(image: MetadataImage, changes: ImageChanges, partition: PartitionImage): void {
  const topic = image.topics.get(partition.topic)
  if (!topic) return
  const partitions = [...topic.partitions]
  partitions[partition.index] = partition
  image.topics.set(partition.topic, { ...topic, partitions })
  changes.touchPartition(partition.topic, partition.index)
}

function removeTopic(image: MetadataImage, topicId: string, changes: ImageChanges): void {
  const name = image.topicNames.get(topicId)
  if (name === undefined) return
  image.topicNames.delete(topicId)
  image.topics.delete(name)
  image.configs.delete(configKey(2, name))
  changes.removedTopics.push({ name, id: topicId })
}

function clearElr(image: MetadataImage, topicName: string, changes: ImageChanges): void {
  for (const topic of topicName === "" ? [...image.topics.values()] : [image.topics.get(topicName)]) {
    for (const partition of topic?.partitions ?? []) {
      if (partition.elr.length + partition.lastKnownElr.length === 0) continue
      setPartition(image, changes, {
        ...partition,
        elr: [],
        lastKnownElr: [],
        partitionEpoch: partition.partitionEpoch + 1,
      })
    }
  }
}

function setConfig(image: MetadataImage, fields: Fields<"ConfigRecord">, changes: ImageChanges): void {
  const key = configKey(fields.resourceType, fields.resourceName)
  const configs = new Map(image.configs.get(key))
  if (fields.value === null) configs.delete(fields.name)
  else configs.set(fields.name, fields.value)
  if (configs.size === 0) image.configs.delete(key)
  else image.configs.set(key, configs)
  changes.configs.add(key)
}

function setBroker(image: MetadataImage, changes: ImageChanges, broker: BrokerImage): void {
  image.brokers.set(broker.id, broker)
  changes.brokers.add(broker.id)
}

function updateBroker(image: MetadataImage, changes: ImageChanges, id: number, update: Partial<BrokerImage>): void {
  const broker = image.brokers.get(id)
  if (broker) setBroker(image, changes, { ...broker, ...update })
}

/** 1 sets, -1 clears, 0 leaves (BrokerRegistrationFencingChange, BrokerRegistrationInControlledShutdownChange). */
function changeRegistration(
  image: MetadataImage,
  fields: Fields<"BrokerRegistrationChangeRecord">,
  changes: ImageChanges,
): void {
  const broker = image.brokers.get(fields.brokerId)
  if (!broker) return
  setBroker(image, changes, {
    ...broker,
    fenced: fields.fenced === 0 ? broker.fenced : fields.fenced > 0,
    inControlledShutdown: fields.inControlledShutdown > 0 || broker.inControlledShutdown,
    logDirs: fields.logDirs.length > 0 ? fields.logDirs : broker.logDirs,
  })
}

function setQuota(image: MetadataImage, fields: Fields<"ClientQuotaRecord">): void {
  const entity = quotaEntityKey(fields.entity.map(({ entityType, entityName }) => [entityType, entityName]))
  const values = new Map(image.quotas.get(entity))
  if (fields.remove) values.delete(fields.key)
  else values.set(fields.key, fields.value)
  if (values.size === 0) image.quotas.delete(entity)
  else image.quotas.set(entity, values)
}
