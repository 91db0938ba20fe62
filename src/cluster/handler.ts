import type { Api, RequestOf, ResponseInput } from "../protocol/schema"
import type { Clock } from "./clock"
import type { Random } from "./random"
import type { RequestAccess } from "./state/access"
import type { ConnectionAuthentication } from "./state/authentication"
import type { ControllerClient } from "./state/controllerClient"
import type { GroupCoordinator } from "./state/group/groupCoordinator"
import type { MetadataImage } from "./state/metadata/metadataImage"
import type { NodeConfig } from "./state/nodeConfig"
import type { ProducerIds } from "./state/producerIds"
import type { ReplicaManager } from "./state/replica/replicaManager"
import type { TransactionCoordinator } from "./state/transaction/transactionCoordinator"

/** What every handler may use: this broker's parts, and the one request. */
export interface Services extends BrokerServices, RequestContext {}

/** One life of one broker; all of it lives as long as the broker does. */
export interface BrokerServices {
  readonly brokerId: number
  readonly clusterId: string
  readonly clock: Clock
  readonly random: Random
  readonly config: NodeConfig
  readonly metadata: MetadataImage
  readonly controller: ControllerClient
  readonly replicas: ReplicaManager
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly producerIds: ProducerIds
}

/** What belongs to one request. */
export interface RequestContext {
  readonly version: number
  readonly correlationId: number
  readonly connection: RequestConnection
  readonly acl: RequestAccess
}

export interface RequestConnection {
  /** Kafka's form: `User:alice`, `User:ANONYMOUS`. */
  readonly principal: string
  readonly clientId: string | null
  /** The peer's address. */
  readonly host: string
  /** The name of the listener that it came in by. */
  readonly listener: string
  /** How it says who it is; undefined on a listener without SASL. */
  readonly sasl?: ConnectionAuthentication | undefined
  /** Aborted when the connection is gone: parked requests end. */
  readonly closed: AbortSignal
  /** Ends it after the replies that stand before: Produce with acks=0 has no other way to say no. */
  readonly close: (reason: string) => void
}

type Answer<A extends Api> = ResponseInput<A> | Promise<ResponseInput<A>>

/**
 * Answers one API. Kafka errors are values in the answer; what throws is a bug and costs the connection.
 * `undefined` sends nothing: Produce with acks=0. All mutation before the first await.
 */
export interface Handler {
  readonly api: Api
  readonly handle: (request: unknown, services: Services) => Answer<Api> | undefined
}

export function handler<A extends Api>(
  api: A,
  handle: (request: RequestOf<A>, services: Services) => Answer<A> | undefined,
): Handler {
  // The table holds handlers of all APIs: dispatch passes each the request that its own schema decoded.
  return { api, handle: handle as Handler["handle"] }
}
