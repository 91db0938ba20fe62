/** Whom a quota is for: user, client id, both, or an address; a null name is the default of its kind (KIP-546). */
export type QuotaEntity = ReadonlyMap<QuotaEntityType, string | null>
export type QuotaEntityType = "user" | "client-id" | "ip"

/** Kafka: QuotaConfig. Bytes a second, percent of one thread's time, partitions a second, connections a second. */
export const quotaKeys = {
  produce: "producer_byte_rate",
  fetch: "consumer_byte_rate",
  request: "request_percentage",
  mutation: "controller_mutation_rate",
  connection: "connection_creation_rate",
} as const
export type QuotaKind = keyof typeof quotaKeys

export function isQuotaEntityType(type: string): type is QuotaEntityType {
  return type === "user" || type === "client-id" || type === "ip"
}

/** The text under which the metadata image keeps an entity's quotas; the same for any order of its parts. */
export function quotaEntityKey(parts: Iterable<readonly [type: string, name: string | null]>): string {
  return JSON.stringify([...parts].sort(([one], [other]) => (one < other ? -1 : 1)))
}

export function quotaEntityOf(key: string): QuotaEntity {
  return new Map(JSON.parse(key) as [QuotaEntityType, string | null][])
}
