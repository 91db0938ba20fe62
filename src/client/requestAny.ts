import { metadata } from "../protocol/api/03_metadata"
import { apiVersions } from "../protocol/api/18_apiVersions"
import { apis } from "../protocol/index"
import type { Api } from "../protocol/schema"
import { authenticate, type SaslCredentials } from "./authenticate"
import { BrokerConnection, type BrokerConnectionOptions } from "./connection"

/** A cluster that requests go to. */
export interface ClusterConnection {
  readonly bootstrap: readonly string[]
  readonly clientId?: string
  readonly tls?: BrokerConnectionOptions["tls"]
  readonly sasl?: SaslCredentials
}

export interface AnyRequestOptions {
  /** Default: the first of the bootstrap brokers that answers. */
  readonly broker?: number
  readonly timeoutMs?: number
}

/** A request that cannot be sent as it is: an unknown API, a version out of range, no such broker. */
export class RequestError extends Error {
  override readonly name = "RequestError"
}

/**
 * Any request of the protocol on a connection of its own.
 * @param api name ("Metadata") or key (3)
 * @param version a number, or "latest": the newest that both sides speak
 */
export async function requestAny(
  cluster: ClusterConnection,
  api: string | number,
  version: number | "latest",
  body: Readonly<Record<string, unknown>>,
  { broker, timeoutMs }: AnyRequestOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  const schema = apiNamed(api)
  const connection = await openTo(cluster, broker, timeoutMs)
  try {
    const chosen = version === "latest" ? await latestVersion(connection, schema) : version
    const [oldest, newest] = schema.versions
    if (chosen < oldest || chosen > newest) {
      throw new RequestError(`${schema.name} version ${chosen} is not known here: ${oldest} to ${newest}.`)
    }
    return (await connection.request(schema, chosen, body as never)) as Readonly<Record<string, unknown>>
  } finally {
    connection.close()
  }
}

/** @param api its name in any case, or its key */
export function apiNamed(api: string | number): Api {
  const found = apis.find(({ key, name }) =>
    typeof api === "number" ? key === api : name.toLowerCase() === api.toLowerCase(),
  )
  if (found !== undefined) return found
  throw new RequestError(`There is no API ${JSON.stringify(api)}: ${apis.map(({ name }) => name).join(", ")}.`)
}

/** The newest version that this schema and the broker share (KIP-35). */
async function latestVersion(connection: BrokerConnection, schema: Api): Promise<number> {
  const { apiKeys } = await connection.request(apiVersions, 0, {})
  const range = apiKeys.find(({ apiKey }) => apiKey === schema.key)
  if (range === undefined) throw new RequestError(`The broker does not serve ${schema.name}.`)
  return Math.min(schema.versions[1], range.maxVersion)
}

async function openTo(
  cluster: ClusterConnection,
  broker: number | undefined,
  requestTimeoutMs: number | undefined,
): Promise<BrokerConnection> {
  const first = await openFirst(cluster, requestTimeoutMs)
  if (broker === undefined) return first
  try {
    const { brokers } = await first.request(metadata, 1, { topics: [] })
    const place = brokers.find(({ nodeId }) => nodeId === broker)
    if (place === undefined) {
      throw new RequestError(`There is no broker ${broker}: ${brokers.map(({ nodeId }) => nodeId).join(", ")}.`)
    }
    return await open(cluster, place.host, place.port, requestTimeoutMs)
  } finally {
    first.close()
  }
}

async function openFirst(cluster: ClusterConnection, requestTimeoutMs: number | undefined): Promise<BrokerConnection> {
  let last: unknown
  for (const address of cluster.bootstrap) {
    const colon = address.lastIndexOf(":")
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1")
    try {
      return await open(cluster, host, Number(address.slice(colon + 1)), requestTimeoutMs)
    } catch (error) {
      last = error
    }
  }
  throw last ?? new RequestError("No bootstrap address is given.")
}

async function open(
  { clientId, tls, sasl }: ClusterConnection,
  host: string,
  port: number,
  requestTimeoutMs: number | undefined,
): Promise<BrokerConnection> {
  const connection = await BrokerConnection.open({
    host,
    port,
    ...(clientId !== undefined && { clientId }),
    ...(tls !== undefined && { tls: { servername: host, ...tls } }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  })
  if (sasl !== undefined) await authenticate(connection, sasl)
  return connection
}
