/** Kafka's PatternType, as codes on the wire and in records. */
export const PatternType = { any: 1, match: 2, literal: 3, prefixed: 4 } as const

/** Kafka's AclPermissionType, as codes on the wire and in records. */
export const PermissionType = { any: 1, deny: 2, allow: 3 } as const

/** A name or host that stands for all. */
export const WILDCARD = "*"
export const WILDCARD_PRINCIPAL = "User:*"
