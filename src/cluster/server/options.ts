import { parseArgs } from "node:util"
import type { ClusterProfile, ClusterRoles } from "../../contract/clusterOptions"
import { brokerConfigs } from "../state/configDefinitions"
import { refuseConfigValue } from "../state/validateConfig"

export type SecurityProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL"

/** A listener that every broker has. */
export interface ListenerOptions {
  readonly name: string
  readonly protocol: SecurityProtocol
  /** Of the first broker; the others follow by `portStep`. 0: any free port. */
  readonly port: number
  readonly portStep: number
}

export interface UserOptions {
  readonly mechanism: string
  readonly name: string
  readonly password: string
}

/** Everything that a cluster process starts from. */
export interface StartOptions {
  readonly brokerIds: readonly number[]
  /** The voters: the first of the brokers, or nodes of their own. */
  readonly controllerIds: readonly number[]
  /** By the brokers' order; empty: none has one. */
  readonly racks: readonly string[]
  readonly host: string
  readonly advertisedHost: string
  /** The first is the one that brokers name in `bootstrap:`. */
  readonly listeners: readonly ListenerOptions[]
  /** Static broker configs; topic configs stand there by their broker names. */
  readonly configs: ReadonlyMap<string, string>
  readonly users: readonly UserOptions[]
  /** Absent: a temporary folder. */
  readonly data: string | undefined
  readonly json: boolean
}

/** Wrong usage, in a sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

export const MAX_BROKERS = 16
const PROTOCOLS: readonly string[] = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
const MECHANISMS: readonly string[] = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

/** Short timers: a lesson that kills a broker or freezes a replica waits seconds, not half a minute. */
const LESSON_CONFIGS: Readonly<Record<string, string>> = {
  "replica.lag.time.max.ms": "3000",
  "broker.session.timeout.ms": "3000",
  "broker.heartbeat.interval.ms": "500",
  "group.initial.rebalance.delay.ms": "0",
  "log.retention.check.interval.ms": "1000",
  "log.cleaner.backoff.ms": "1000",
}

/** What the specs of kafkajs 2.2.4 expect of their cluster. */
const KAFKAJS_CONFIGS: Readonly<Record<string, string>> = {
  "auto.create.topics.enable": "true",
  "num.partitions": "2",
  "default.replication.factor": "2",
  "group.initial.rebalance.delay.ms": "0",
  "allow.everyone.if.no.acl.found": "true",
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  // Its specs of OAUTHBEARER have a cluster of their own, where sessions end; the other mechanisms' sessions do not.
  "listener.name.sasl_ssl.oauthbearer.connections.max.reauth.ms": "15000",
}

const KAFKAJS_USERS = [
  "PLAIN:test:testtest",
  "PLAIN:bob:bobbob",
  "PLAIN:alice:alicealice",
  "SCRAM-SHA-256:testscram:testtestscram=256",
  "SCRAM-SHA-512:testscram:testtestscram=512",
]

/** Reads `logbook cluster`'s options. Throws `UsageError`. */
export function parseOptions(argv: readonly string[]): StartOptions {
  const { values } = readArguments(argv)
  const profile = profileOf(values.profile)
  const brokers = integerOf("brokers", values.brokers ?? "3", 1, MAX_BROKERS)
  const roles = rolesOf(values.roles)
  const controllers = controllersOf(values.controllers ?? "1", roles, brokers)
  const racks = racksOf(values.racks, brokers)
  const port = integerOf("port", values.port ?? "0", 0, 65_535)
  const flushing = values.fsync === undefined ? [] : [fsyncOf(values.fsync)]
  const configs = configsOf(profile, [...flushing, ...(values.config ?? [])], brokers)
  const extra = (values.listener ?? []).map(listenerOf)
  const users = [...(profile === "kafkajs-tests" ? KAFKAJS_USERS : []), ...(values.user ?? [])].map(userOf)
  const common = { racks, host: "127.0.0.1", configs, users, data: values.data, json: values.json ?? false }
  const nodes = (brokerIds: readonly number[]) => ({ brokerIds, controllerIds: voters(brokerIds, roles, controllers) })
  if (profile === "kafkajs-tests") {
    const listener = (name: SecurityProtocol, port: number) => ({ name, protocol: name, port, portStep: 3 })
    const listeners = [listener("PLAINTEXT", 9092), listener("SSL", 9093), listener("SASL_SSL", 9094), ...extra]
    return { ...common, ...nodes([0, 1, 2]), advertisedHost: "localhost", listeners }
  }
  const plain: ListenerOptions = { name: "PLAINTEXT", protocol: "PLAINTEXT", port, portStep: 1 }
  const listeners = extra.some(({ name }) => name === "PLAINTEXT") ? extra : [plain, ...extra]
  const brokerIds = Array.from({ length: brokers }, (_, index) => index + 1)
  return { ...common, ...nodes(brokerIds), advertisedHost: "127.0.0.1", listeners }
}

function voters(brokerIds: readonly number[], roles: ClusterRoles, count: number): number[] {
  if (roles === "combined") return brokerIds.slice(0, count)
  const next = Math.max(...brokerIds) + 1
  return Array.from({ length: count }, (_, index) => next + index)
}

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        brokers: { type: "string" },
        controllers: { type: "string" },
        roles: { type: "string" },
        racks: { type: "string" },
        port: { type: "string" },
        data: { type: "string" },
        config: { type: "string", multiple: true },
        listener: { type: "string", multiple: true },
        user: { type: "string", multiple: true },
        profile: { type: "string" },
        fsync: { type: "string" },
        json: { type: "boolean" },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function profileOf(text: string | undefined): ClusterProfile | undefined {
  if (text === undefined || text === "lessons" || text === "kafkajs-tests") return text
  throw new UsageError(`There is no profile "${text}": lessons or kafkajs-tests.`)
}

function integerOf(option: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new UsageError(`--${option} takes a number from ${least} to ${most}, not "${text}".`)
}

/** Kafka's own flush policy leaves the page cache to the system. */
function fsyncOf(text: string): string {
  if (text === "always") return "log.flush.interval.messages=1"
  throw new UsageError(`--fsync takes "always", not "${text}".`)
}

function rolesOf(text: string | undefined): ClusterRoles {
  if (text === undefined || text === "combined") return "combined"
  if (text === "isolated") return "isolated"
  throw new UsageError(`--roles takes combined or isolated, not "${text}".`)
}

function racksOf(text: string | undefined, brokers: number): string[] {
  if (text === undefined) return []
  const racks = text.split(",")
  if (racks.length === brokers && racks.every((rack) => rack !== "")) return racks
  throw new UsageError(`--racks takes one name for each of the ${brokers} brokers with commas between, not "${text}".`)
}

function controllersOf(text: string, roles: ClusterRoles, brokers: number): 1 | 3 {
  if (text === "1") return 1
  if (text === "3" && (brokers >= 3 || roles === "isolated")) return 3
  throw new UsageError(
    `--controllers takes 1, or 3 where there are three brokers or more or roles are isolated, not "${text}".`,
  )
}

function configsOf(
  profile: ClusterProfile | undefined,
  settings: readonly string[],
  brokers: number,
): ReadonlyMap<string, string> {
  const configs = new Map<string, string>()
  // Kafka's quick start does the same: internal topics cannot have more replicas than there are brokers.
  const replicas = String(Math.min(3, brokers))
  configs.set("offsets.topic.replication.factor", replicas)
  configs.set("transaction.state.log.replication.factor", replicas)
  configs.set("transaction.state.log.min.isr", String(Math.min(2, brokers)))
  const ofProfile = profile === "lessons" ? LESSON_CONFIGS : profile === "kafkajs-tests" ? KAFKAJS_CONFIGS : {}
  for (const [name, value] of Object.entries(ofProfile)) configs.set(name, value)
  for (const setting of settings) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
    if (name === undefined || value === undefined) throw new UsageError(`--config takes name=value, not "${setting}".`)
    const definition = brokerConfigs.get(name)
    const refusal = definition && refuseConfigValue(definition, value)
    if (refusal) throw new UsageError(`${refusal}.`)
    configs.set(name, value)
  }
  return configs
}

function listenerOf(text: string): ListenerOptions {
  const [name, protocol, port = "0", ...rest] = text.split(":")
  if (!name || !protocol || !PROTOCOLS.includes(protocol) || rest.length > 0) {
    throw new UsageError(`--listener takes NAME:PROTOCOL[:PORT] with one of ${PROTOCOLS.join(", ")}, not "${text}".`)
  }
  return { name, protocol: protocol as SecurityProtocol, port: integerOf("listener", port, 0, 65_535), portStep: 1 }
}

function userOf(text: string): UserOptions {
  const [, mechanism, name, password] = /^([^:]+):([^:]+):(.+)$/s.exec(text) ?? []
  if (!mechanism || !name || !password || !MECHANISMS.includes(mechanism)) {
    throw new UsageError(`--user takes MECHANISM:name:password with one of ${MECHANISMS.join(", ")}.`)
  }
  return { mechanism, name, password }
}
