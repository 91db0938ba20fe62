import type { alterClientQuotas } from "../../../protocol/api/49_alterClientQuotas"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../../protocol/schema"
import type { ControllerState, Decision } from "../controller/controllerState"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { isQuotaEntityType, quotaEntityKey, quotaKeys } from "./quotaEntity"

type Entry = ElementOf<RequestOf<typeof alterClientQuotas>["entries"]>

const CLIENT_KEYS: readonly string[] = [quotaKeys.produce, quotaKeys.fetch, quotaKeys.request, quotaKeys.mutation]
const ADDRESS_KEYS: readonly string[] = [quotaKeys.connection]
/** Kafka: the quotas of ConfigDef.Type LONG and INT; the others are doubles. */
const WHOLE_KEYS: readonly string[] = [quotaKeys.produce, quotaKeys.fetch, quotaKeys.connection]

/** Kafka: ClientQuotaControlManager.alterClientQuotas. Each entry succeeds or fails as a whole. */
export function decideClientQuotas(
  { image }: ControllerState,
  { entries, validateOnly }: RequestOf<typeof alterClientQuotas>,
): Decision<ResponseInput<typeof alterClientQuotas>> {
  const records: MetadataRecord[] = []
  const responses = entries.map((entry) => {
    const { entity, ops } = entry
    const errorMessage = refuseEntity(entry) ?? refuseOperations(entry)
    if (errorMessage) return { entity, errorCode: ErrorCode.InvalidRequest, errorMessage }
    const key = quotaEntityKey(entity.map(({ entityType, entityName }) => [entityType, entityName]))
    const present = image.quotas.get(key)
    for (const { key: quota, value, remove } of ops) {
      const isChange = remove ? present?.has(quota) === true : present?.get(quota) !== value
      if (isChange) records.push(metadataRecord("ClientQuotaRecord", { entity, key: quota, value, remove }))
    }
    return { entity }
  })
  return { records: validateOnly ? [] : records, response: { entries: responses } }
}

function refuseEntity({ entity }: Entry): string | undefined {
  if (entity.length === 0) return "Invalid empty client quota entity"
  const types = entity.map(({ entityType }) => entityType)
  const unknown = types.find((type) => !isQuotaEntityType(type))
  if (unknown !== undefined) return `Unhandled client quota entity type: ${unknown}`
  if (new Set(types).size < types.length) return "Duplicate client quota entity type"
  if (types.includes("ip") && types.length > 1) return "Invalid quota entity combination"
  const hasEmptyName = entity.some(({ entityName }) => entityName === "")
  return hasEmptyName ? "Empty client quota entity name" : undefined
}

function refuseOperations({ entity, ops }: Entry): string | undefined {
  const allowed = entity.some(({ entityType }) => entityType === "ip") ? ADDRESS_KEYS : CLIENT_KEYS
  for (const { key, value, remove } of ops) {
    if (!allowed.includes(key)) return `Invalid configuration key ${key}`
    if (remove) continue
    if (!(value > 0)) return `Quota ${key} must be greater than 0`
    if (WHOLE_KEYS.includes(key) && !Number.isInteger(value)) return `Configuration ${key} must be a whole number`
  }
  const keys = ops.map(({ key }) => key)
  return new Set(keys).size < keys.length ? "Duplicate quota key" : undefined
}
