import type { alterConfigs } from "../../../protocol/api/33_alterConfigs"
import type { incrementalAlterConfigs } from "../../../protocol/api/44_incrementalAlterConfigs"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../../protocol/schema"
import { brokerConfigs, type ConfigDefinition, groupConfigs, topicConfigs } from "../configDefinitions"
import { ConfigResourceType } from "../metadata/metadataImage"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { refuseConfigValue } from "../validateConfig"
import { type ControllerState, type Decision, hasElr } from "./controllerState"
import { refuseGroupConfigs } from "./refuseGroupConfigs"

interface Change {
  readonly name: string
  readonly value: string | null
}

const MIN_ISR = "min.insync.replicas"
/** Kafka: AlterConfigOp.OpType. */
const Operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/** Replaces all configs of each resource (Kafka: ConfigurationControlManager.legacyAlterConfigs). */
export function decideAlterConfigs(
  state: ControllerState,
  request: RequestOf<typeof alterConfigs>,
): Decision<ResponseInput<typeof alterConfigs>> {
  const records: MetadataRecord[] = []
  const responses = request.resources.map(({ resourceType, resourceName, configs }) => {
    const named = new Set(configs.map(({ name }) => name))
    const present = state.image.configs.get(`${resourceType}:${resourceName}`) ?? new Map<string, string>()
    const dropped = [...present.keys()].filter((name) => !named.has(name)).map((name) => ({ name, value: null }))
    return decideResource(state, resourceType, resourceName, [...configs, ...dropped], records)
  })
  return { records: request.validateOnly ? [] : [...records, ...clearElrs(state, records)], response: { responses } }
}

/** Kafka: ConfigurationControlManager.incrementalAlterConfigs. */
export function decideIncrementalAlterConfigs(
  state: ControllerState,
  request: RequestOf<typeof incrementalAlterConfigs>,
): Decision<ResponseInput<typeof incrementalAlterConfigs>> {
  const records: MetadataRecord[] = []
  const responses = request.resources.map(({ resourceType, resourceName, configs }) => {
    const changes: Change[] = []
    for (const { name, configOperation, value } of configs) {
      const change = applyOperation(state, resourceType, resourceName, { name, configOperation, value })
      if (typeof change === "string") {
        return { resourceType, resourceName, errorCode: ErrorCode.InvalidConfig, errorMessage: change }
      }
      changes.push(change)
    }
    return decideResource(state, resourceType, resourceName, changes, records)
  })
  return { records: request.validateOnly ? [] : [...records, ...clearElrs(state, records)], response: { responses } }
}

/** Who was eligible under one minimum need not be under another (ConfigurationControlManager.createClearElrRecordsAsNeeded). */
function clearElrs({ image }: ControllerState, records: readonly MetadataRecord[]): MetadataRecord[] {
  if (!hasElr(image)) return []
  return records.flatMap((record) => {
    if (record.name !== "ConfigRecord" || record.fields.name !== MIN_ISR) return []
    const isTopic = record.fields.resourceType === ConfigResourceType.topic
    return [metadataRecord("ClearElrRecord", { topicName: isTopic ? record.fields.resourceName : "" })]
  })
}

function applyOperation(
  state: ControllerState,
  resourceType: number,
  resourceName: string,
  { name, configOperation, value }: Change & { readonly configOperation: number },
): Change | string {
  if (configOperation === Operation.delete) return { name, value: null }
  if (configOperation === Operation.set) return { name, value }
  if (configOperation !== Operation.append && configOperation !== Operation.subtract) {
    return `Unknown operation type ${configOperation}`
  }
  if (definitionsOf(resourceType)?.get(name)?.type !== "LIST") {
    const verb = configOperation === Operation.append ? "APPEND" : "SUBTRACT"
    return `Can't ${verb} to key ${name} because its type is not LIST.`
  }
  const own = state.image.configs.get(`${resourceType}:${resourceName}`)?.get(name)
  const present =
    own ?? (resourceType === ConfigResourceType.topic ? state.config.topicDefault(name) : state.config.value(name))
  const items = (present ?? "").split(",").filter((item) => item !== "")
  const given = (value ?? "").split(",").filter((item) => item !== "")
  const result =
    configOperation === Operation.append
      ? [...items, ...given.filter((item) => !items.includes(item))]
      : items.filter((item) => !given.includes(item))
  return { name, value: result.join(",") }
}

function decideResource(
  { config, image }: ControllerState,
  resourceType: number,
  resourceName: string,
  changes: readonly Change[],
  records: MetadataRecord[],
) {
  const refuse = (errorCode: ErrorCode, errorMessage: string) => ({
    resourceType,
    resourceName,
    errorCode,
    errorMessage,
  })
  const definitions = definitionsOf(resourceType)
  if (resourceType === ConfigResourceType.topic && !image.topic(resourceName)) {
    return refuse(ErrorCode.UnknownTopicOrPartition, "The topic does not exist.")
  }
  if (resourceType === ConfigResourceType.broker && resourceName !== "" && !image.broker(Number(resourceName))) {
    return refuse(ErrorCode.BrokerIdNotRegistered, `Broker ${resourceName} is not registered.`)
  }
  for (const { name, value } of changes) {
    const complaint = value === null ? undefined : complaintAbout(definitions, name, value)
    // A broker refuses its own configs before the controller could (Kafka: ConfigAdminManager.preprocess).
    const isBroker = resourceType === ConfigResourceType.broker
    if (complaint) return refuse(isBroker ? ErrorCode.InvalidRequest : ErrorCode.InvalidConfig, complaint)
  }
  const minIsrComplaint = hasElr(image) ? complaintAboutMinIsr(resourceType, resourceName, changes) : undefined
  if (minIsrComplaint) return refuse(ErrorCode.InvalidConfig, minIsrComplaint)
  const present = image.configs.get(`${resourceType}:${resourceName}`)
  if (resourceType === ConfigResourceType.group) {
    const complaint = refuseGroupConfigs(changed(present, changes), config)
    if (complaint) return refuse(ErrorCode.InvalidConfig, complaint)
  }
  for (const { name, value } of changes) {
    if ((present?.get(name) ?? null) === value) continue
    records.push(metadataRecord("ConfigRecord", { resourceType, resourceName, name, value }))
  }
  return { resourceType, resourceName }
}

function changed(present: ReadonlyMap<string, string> | undefined, changes: readonly Change[]): Map<string, string> {
  const all = new Map(present)
  for (const { name, value } of changes) {
    if (value === null) all.delete(name)
    else all.set(name, value)
  }
  return all
}

/** Who is eligible depends on the minimum: all brokers must have the same (KIP-966). */
function complaintAboutMinIsr(
  resourceType: number,
  resourceName: string,
  changes: readonly Change[],
): string | undefined {
  const change = changes.find(({ name }) => name === MIN_ISR)
  if (!change || resourceType !== ConfigResourceType.broker) return undefined
  if (resourceName !== "") return `Broker-level ${MIN_ISR} cannot be altered while ELR is enabled.`
  return change.value === null ? `Cluster-level ${MIN_ISR} cannot be removed while ELR is enabled.` : undefined
}

function complaintAbout(
  definitions: ReadonlyMap<string, ConfigDefinition> | undefined,
  name: string,
  value: string,
): string | undefined {
  if (!definitions) return undefined
  const definition = definitions.get(name)
  if (!definition) return definitions === topicConfigs ? `Unknown topic config name: ${name}` : undefined
  if (definitions === brokerConfigs && definition.dynamic === undefined) {
    return `Cannot update these configs dynamically: Set(${name})`
  }
  return refuseConfigValue(definition, value)
}

function definitionsOf(resourceType: number): ReadonlyMap<string, ConfigDefinition> | undefined {
  switch (resourceType) {
    case ConfigResourceType.topic:
      return topicConfigs
    case ConfigResourceType.broker:
      return brokerConfigs
    case ConfigResourceType.group:
      return groupConfigs
    default:
      return undefined
  }
}
