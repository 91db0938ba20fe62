import type { ConnectionOptions } from "node:tls"
import type { KafkaConfig } from "kafkajs"
import { type AnyRequestOptions, type ClusterConnection, requestAny } from "../client/requestAny"

/**
 * Any request of the Kafka protocol, as it goes over the wire: `await request("Metadata", "latest", { topics: null })`.
 * Error codes in the answer are values; nothing is retried.
 */
export type Request = (
  api: string | number,
  version: number | "latest",
  body?: Readonly<Record<string, unknown>>,
  options?: AnyRequestOptions,
) => Promise<Readonly<Record<string, unknown>>>

/** @param connection kafkajs's configuration of the same cluster */
export function createRequest(connection: () => KafkaConfig): Request {
  return (api, version, body = {}, options = {}) => requestAny(toCluster(connection()), api, version, body, options)
}

function toCluster({ brokers, clientId, ssl, sasl }: KafkaConfig): ClusterConnection {
  return {
    bootstrap: Array.isArray(brokers) ? brokers : [],
    ...(clientId !== undefined && { clientId }),
    ...(ssl !== undefined && ssl !== false && { tls: ssl === true ? {} : (ssl as ConnectionOptions) }),
    ...(sasl !== undefined && { sasl: sasl as ClusterConnection["sasl"] & object }),
  }
}
