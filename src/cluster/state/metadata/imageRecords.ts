import { quotaEntityOf } from "../quota/quotaEntity"
import type { PartitionImage } from "./imageEntries"
import type { MetadataImage } from "./metadataImage"
import { type MetadataRecord, metadataRecord } from "./metadataRecord"

/** The fewest records that make this image from nothing: what a snapshot holds (Kafka: MetadataImage.write). */
export function* imageRecords(image: MetadataImage): Generator<MetadataRecord> {
  for (const [name, featureLevel] of image.features) yield metadataRecord("FeatureLevelRecord", { name, featureLevel })
  for (const broker of image.brokers.values()) {
    const { id: brokerId, epoch: brokerEpoch, endpoints: endPoints, ...rest } = broker
    yield metadataRecord("RegisterBrokerRecord", { ...rest, brokerId, brokerEpoch, endPoints })
  }
  for (const { name, id: topicId, partitions } of image.topics.values()) {
    yield metadataRecord("TopicRecord", { name, topicId })
    for (const partition of partitions) yield partitionRecord(partition)
  }
  for (const [key, configs] of image.configs) {
    const colon = key.indexOf(":")
    const resource = { resourceType: Number(key.slice(0, colon)), resourceName: key.slice(colon + 1) }
    for (const [name, value] of configs) yield metadataRecord("ConfigRecord", { ...resource, name, value })
  }
  yield* clientRecords(image)
}

function partitionRecord(partition: PartitionImage): MetadataRecord {
  const { topicId, index: partitionId, elr, lastKnownElr, ...rest } = partition
  return metadataRecord("PartitionRecord", {
    ...rest,
    topicId,
    partitionId,
    eligibleLeaderReplicas: elr.length > 0 ? elr : null,
    lastKnownElr: lastKnownElr.length > 0 ? lastKnownElr : null,
  })
}

function* clientRecords(image: MetadataImage): Generator<MetadataRecord> {
  const { nextProducerId } = image
  if (nextProducerId > 0) yield metadataRecord("ProducerIdsRecord", { brokerId: -1, nextProducerId })
  for (const acl of image.acls.values()) yield metadataRecord("AccessControlEntryRecord", acl)
  for (const { user, ...credential } of image.scram.values()) {
    yield metadataRecord("UserScramCredentialRecord", { ...credential, name: user })
  }
  for (const [text, values] of image.quotas) {
    const entity = [...quotaEntityOf(text)].map(([entityType, entityName]) => ({ entityType, entityName }))
    for (const [key, value] of values) yield metadataRecord("ClientQuotaRecord", { entity, key, value, remove: false })
  }
}
