import type { MetadataImage } from "../metadata/metadataImage"
import { type QuotaKind, quotaEntityKey, quotaKeys } from "./quotaEntity"

export interface Limit {
  readonly bound: number
  /** Whose requests share what the bound allows. */
  readonly shared: string
}

/** The most specific quota wins (KIP-55): user and client id, user, client id, each before its default. */
export function findLimit(
  image: MetadataImage,
  kind: QuotaKind,
  principal: string,
  clientId: string,
): Limit | undefined {
  const key = quotaKeys[kind]
  const user = userOf(principal)
  const entities: readonly (readonly [user: string | null | undefined, clientId: string | null | undefined])[] = [
    [user, clientId],
    [user, null],
    [user, undefined],
    [null, clientId],
    [null, null],
    [null, undefined],
    [undefined, clientId],
    [undefined, null],
  ]
  for (const [ofUser, ofClient] of entities) {
    const parts: [string, string | null][] = []
    if (ofUser !== undefined) parts.push(["user", ofUser])
    if (ofClient !== undefined) parts.push(["client-id", ofClient])
    const bound = image.quotas.get(quotaEntityKey(parts))?.get(key)
    if (bound === undefined) continue
    const shared = [ofUser === undefined ? null : user, ofClient === undefined ? null : clientId]
    return { bound, shared: JSON.stringify(shared) }
  }
  return undefined
}

/** Quotas name users, not principals: "alice" for User:alice. */
function userOf(principal: string): string {
  return principal.slice(principal.indexOf(":") + 1)
}
