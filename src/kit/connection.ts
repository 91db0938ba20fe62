import { readFileSync } from "node:fs"
import type { KafkaConfig, SASLOptions } from "kafkajs"
import type { KitHost } from "./host"

/** What `new Kafka(…)` of kafkajs needs to reach the cluster of this lesson. */
export function connectionConfig({ cluster, lessonId }: KitHost): KafkaConfig {
  const properties = cluster.clientProperties ?? {}
  const protocol = (properties["security.protocol"] ?? "PLAINTEXT").toUpperCase()
  const sasl = protocol.startsWith("SASL") ? saslOptions(properties) : undefined
  return {
    clientId: properties["client.id"] ?? `logbook-${lessonId}`,
    brokers: [...cluster.bootstrap],
    connectionTimeout: 3_000,
    // Enough for an election of the embedded cluster, and for a coordinator that loads its part of __consumer_offsets
    // on a busy machine. kafkajs doubles its pauses: of what is there meanwhile it is to know within a second.
    retry: { initialRetryTime: 100, retries: 20, maxRetryTime: 1_000 },
    ...(protocol.endsWith("SSL") && { ssl: tlsOptions(properties) }),
    ...(sasl !== undefined && { sasl }),
  }
}

type Properties = Readonly<Record<string, string>>

/** Kafka's names with PEM files (KIP-651), and librdkafka's for the same. */
function tlsOptions(properties: Properties) {
  const ca = pem(properties, "ssl.truststore.certificates", "ssl.truststore.location", "ssl.ca.location")
  const cert = pem(properties, "ssl.keystore.certificate.chain", "ssl.keystore.location", "ssl.certificate.location")
  const key = pem(properties, "ssl.keystore.key", "ssl.keystore.location", "ssl.key.location")
  const checksName = properties["ssl.endpoint.identification.algorithm"] !== ""
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(properties["ssl.key.password"] !== undefined && { passphrase: properties["ssl.key.password"] }),
    ...(!checksName && { checkServerIdentity: () => undefined }),
  }
}

function pem(properties: Properties, inline: string, ...locations: readonly string[]): string | undefined {
  const text = properties[inline]
  if (text !== undefined) return text
  const path = locations.map((name) => properties[name]).find((value) => value !== undefined)
  return path === undefined ? undefined : readFileSync(path, "utf8")
}

function saslOptions(properties: Properties): SASLOptions {
  const mechanism = (properties["sasl.mechanism"] ?? properties["sasl.mechanisms"] ?? "PLAIN").toLowerCase()
  const jaas = properties["sasl.jaas.config"] ?? ""
  const username = properties["sasl.username"] ?? jaasValue(jaas, "username")
  const password = properties["sasl.password"] ?? jaasValue(jaas, "password")
  switch (mechanism) {
    case "plain":
    case "scram-sha-256":
    case "scram-sha-512":
      return { mechanism, username, password } as SASLOptions
    default:
      throw new Error(
        `The SASL mechanism ${mechanism.toUpperCase()} is not supported here: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.`,
      )
  }
}

function jaasValue(jaas: string, name: string): string {
  return new RegExp(`\\b${name}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(jaas)?.[1]?.replaceAll(/\\(.)/g, "$1") ?? ""
}
