import { parse } from "yaml"
import type { LocalizedText } from "../contract/language"
import { settingReasons } from "./data/settingReasons"

export type PresetName = "development" | "production"
export type Compression = "none" | "gzip" | "snappy" | "lz4" | "zstd"

/** How a producer sends. Times in milliseconds. */
export interface ProducerSettings {
  /** 0: do not wait; 1: the leader has it; "all": every member of the ISR has it. */
  readonly acks: 0 | 1 | "all"
  /** The broker refuses gaps and drops repeats of this producer's batches. Needs acks "all". */
  readonly idempotent: boolean
  readonly compression: Compression
  /** Attempts after the first. */
  readonly retries: number
  readonly retryBackoffMs: number
  /** Requests under way per connection. */
  readonly maxInFlight: number
  /** How long the broker may wait for the ISR. */
  readonly timeoutMs: number
}

/** How a consumer reads. Times in milliseconds. */
export interface ConsumerSettings {
  /** Where a group without a committed offset begins. */
  readonly autoOffsetReset: "earliest" | "latest"
  /** A commit after so many handled records, or after `commitIntervalMs`, whichever is first. */
  readonly commitEvery: number
  readonly commitIntervalMs: number
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly rebalanceTimeoutMs: number
  /** How often a handler may fail for one record before it goes to the dead-letter topic. */
  readonly retries: number
  /** Before the first retry; doubles with each one. */
  readonly retryBackoffMs: number
  /** Sees records of committed transactions only. */
  readonly readCommitted: boolean
  /** Partitions that are handled at the same time. */
  readonly concurrency: number
}

export interface Preset {
  readonly producer: ProducerSettings
  readonly consumer: ConsumerSettings
}

export interface Presets {
  readonly development: Preset
  readonly production: Preset
  /** A preset with what `settings` says otherwise; what it does not name stays. Unknown names and wrong types throw. */
  from(settings: unknown, base?: PresetName): Preset
  /** The same from YAML: `preset`, `producer` and `consumer`. */
  fromYaml(text: string): Preset
  /** The same from variables such as KAFKA_PRESET, KAFKA_PRODUCER_ACKS, KAFKA_CONSUMER_RETRIES. */
  fromEnvironment(environment?: Readonly<Record<string, string | undefined>>): Preset
  /** Every setting of a preset with its reason, for a table. */
  explain(name: PresetName, language?: "en" | "zh"): { setting: string; value: unknown; why: string }[]
}

const production: Preset = {
  producer: {
    acks: "all",
    idempotent: true,
    compression: "zstd",
    // Bounded by time, not by count: kafkajs has no delivery.timeout.ms, so about two minutes of attempts.
    retries: 15,
    retryBackoffMs: 100,
    maxInFlight: 5,
    timeoutMs: 30_000,
  },
  consumer: {
    autoOffsetReset: "earliest",
    commitEvery: 100,
    commitIntervalMs: 1_000,
    sessionTimeoutMs: 45_000,
    heartbeatIntervalMs: 3_000,
    rebalanceTimeoutMs: 60_000,
    retries: 5,
    retryBackoffMs: 500,
    readCommitted: true,
    concurrency: 1,
  },
}

const development: Preset = {
  producer: { ...production.producer, compression: "none", retries: 8, timeoutMs: 10_000 },
  consumer: {
    ...production.consumer,
    commitEvery: 1,
    commitIntervalMs: 0,
    sessionTimeoutMs: 10_000,
    heartbeatIntervalMs: 1_000,
    rebalanceTimeoutMs: 10_000,
    retries: 3,
    retryBackoffMs: 100,
    readCommitted: false,
  },
}

const byName: Readonly<Record<PresetName, Preset>> = { development, production }

/** A setting is unknown or has a value that it cannot have. */
export class SettingError extends Error {
  override readonly name = "SettingError"
}

export const presets: Presets = {
  development,
  production,
  from: (settings, base) => {
    const given = asTable(settings, "the settings")
    const name = base ?? presetName(given.preset ?? "development")
    const unknown = Object.keys(given).find((key) => !["preset", "producer", "consumer"].includes(key))
    if (unknown !== undefined) throw new SettingError(`There is no setting "${unknown}": preset, producer or consumer.`)
    return {
      producer: overlay(byName[name].producer, given.producer, "producer"),
      consumer: overlay(byName[name].consumer, given.consumer, "consumer"),
    }
  },
  fromYaml: (text) => presets.from(parse(text) ?? {}),
  fromEnvironment: (environment = process.env) =>
    presets.from({
      preset: environment.KAFKA_PRESET ?? "development",
      producer: fromVariables(development.producer, "KAFKA_PRODUCER_", environment),
      consumer: fromVariables(development.consumer, "KAFKA_CONSUMER_", environment),
    }),
  explain: (name, language = "en") =>
    (["producer", "consumer"] as const).flatMap((part) =>
      Object.entries(byName[name][part]).map(([key, value]) => {
        const setting = `${part}.${key}`
        const why: LocalizedText | undefined = settingReasons[setting]
        return { setting, value, why: why?.[language] ?? "" }
      }),
    ),
}

function presetName(value: unknown): PresetName {
  if (value === "development" || value === "production") return value
  throw new SettingError(`There is no preset "${String(value)}": development or production.`)
}

function asTable(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {}
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>
  throw new SettingError(`${what} must be a table of names and values.`)
}

/** What a setting may be besides its type. */
const choices: Readonly<Record<string, readonly unknown[]>> = {
  acks: [0, 1, "all"],
  compression: ["none", "gzip", "snappy", "lz4", "zstd"],
  autoOffsetReset: ["earliest", "latest"],
}

function overlay<S extends object>(base: S, settings: unknown, part: string): S {
  const result = { ...base } as Record<string, unknown>
  for (const [key, value] of Object.entries(asTable(settings, part))) {
    if (value === undefined) continue
    if (!(key in result)) {
      throw new SettingError(`${part} has no setting "${key}": ${Object.keys(result).sort().join(", ")}.`)
    }
    const allowed = choices[key]
    const fits =
      allowed === undefined ? typeof value === typeof result[key] && !(Number(value) < 0) : allowed.includes(value)
    if (!fits) {
      const wanted = allowed?.join(", ") ?? `a ${typeof result[key]}, not negative`
      throw new SettingError(`${part}.${key} is ${String(value)}: it must be ${wanted}.`)
    }
    result[key] = value
  }
  return result as S
}

/** KAFKA_PRODUCER_MAX_IN_FLIGHT is producer.maxInFlight; numbers and booleans are read as such. */
function fromVariables(
  settings: object,
  prefix: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(settings).map((key) => {
      const text = environment[prefix + key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()]
      if (text === undefined) return [key, undefined]
      if (text === "true" || text === "false") return [key, text === "true"]
      return [key, /^-?\d+$/.test(text) ? Number(text) : text]
    }),
  )
}
