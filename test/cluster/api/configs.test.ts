import { describe, expect, test } from "vitest"
import { onDescribeConfigs } from "../../../src/cluster/api/32_describeConfigs"
import { onIncrementalAlterConfigs } from "../../../src/cluster/api/44_incrementalAlterConfigs"
import {
  brokerConfigs,
  CONFIGS_ACTED_ON,
  groupConfigs,
  topicConfigs,
} from "../../../src/cluster/state/configDefinitions"
import { refuseConfigValue } from "../../../src/cluster/state/validateConfig"
import type { describeConfigs } from "../../../src/protocol/api/32_describeConfigs"
import type { ResponseInput } from "../../../src/protocol/schema"
import { type Situation, servicesFor } from "./servicesForTest"

const orders = { name: "orders", id: "b3JkZXJzLW9yZGVycy1vcg", partitions: [{}] }
const TOPIC = 2
const BROKER = 4

describe("the configs of Kafka 4.1", () => {
  test("are all known, and those acted on are among them", () => {
    expect([topicConfigs.size, brokerConfigs.size, groupConfigs.size]).toEqual([33, 316, 10])
    expect(CONFIGS_ACTED_ON.filter((name) => !topicConfigs.has(name) && !brokerConfigs.has(name))).toEqual([])
  })

  test("accept their own defaults", () => {
    const refused = [...topicConfigs.values(), ...brokerConfigs.values(), ...groupConfigs.values()].flatMap(
      (definition) =>
        definition.default === undefined ? [] : (refuseConfigValue(definition, definition.default) ?? []),
    )
    expect(refused).toEqual([])
  })

  test("refuse a wrong value in Kafka's words", () => {
    const refuse = (name: string, value: string) => {
      const definition = topicConfigs.get(name)
      return definition && refuseConfigValue(definition, value)
    }
    expect([
      refuse("retention.ms", "soon"),
      refuse("retention.ms", "-2"),
      refuse("segment.bytes", "1"),
      refuse("min.cleanable.dirty.ratio", "1.5"),
      refuse("cleanup.policy", "compact,shred"),
      refuse("cleanup.policy", "compact, delete"),
      refuse("compression.type", "brotli"),
      refuse("unclean.leader.election.enable", "maybe"),
      refuse("compression.gzip.level", "-1"),
      refuse("max.message.bytes", "99999999999"),
    ]).toEqual([
      "Invalid value soon for configuration retention.ms: Not a number of type LONG",
      "Invalid value -2 for configuration retention.ms: Value must be at least -1",
      "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576",
      "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1",
      "Invalid value compact,shred for configuration cleanup.policy: String must be one of: compact, delete",
      undefined,
      "Invalid value brotli for configuration compression.type: " +
        "String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer",
      "Invalid value maybe for configuration unclean.leader.election.enable: " +
        "Expected value to be either true or false",
      undefined,
      "Invalid value 99999999999 for configuration max.message.bytes: Not a number of type INT",
    ])
  })
})

describe("DescribeConfigs", () => {
  test("gives a topic's value from the nearest place that sets it, with those behind that Kafka tells of", () => {
    const configured = { "log.retention.hours": "2" }
    const situation: Situation = { version: 4, topics: [orders], configured }
    const own = describeOne({ ...situation, configs: { "2:orders": { "retention.ms": "5" } } }, TOPIC, "orders")
    const inherited = describeOne(situation, TOPIC, "orders")
    const dynamic = describeOne({ ...situation, configs: { "4:": { "log.retention.ms": "9" } } }, TOPIC, "orders")
    expect(
      [own, inherited, dynamic].map(({ value, configSource, synonyms }) => ({ value, configSource, synonyms })),
    ).toEqual([
      {
        value: "5",
        configSource: 1,
        synonyms: [{ name: "retention.ms", value: "5", source: 1 }],
      },
      // Kafka tells of log.retention.hours only behind a log.retention.ms.
      { value: "7200000", configSource: 5, synonyms: [] },
      {
        value: "9",
        configSource: 3,
        synonyms: [
          { name: "log.retention.ms", value: "9", source: 3 },
          { name: "log.retention.hours", value: "2", source: 4 },
          { name: "log.retention.hours", value: "168", source: 5 },
        ],
      },
    ])
  })

  test("answers for its own broker and the cluster-wide default, and for no other broker", () => {
    const situation: Situation = { version: 4, configs: { "4:": { "message.max.bytes": "9" } } }
    const names = (resourceName: string) => describe_(situation, BROKER, resourceName, null)
    const [own, everyone, other] = ["1", "", "2"].map(names)
    expect([
      [own?.errorCode, own?.configs?.length],
      [everyone?.errorCode, everyone?.configs?.map(({ name, value, configSource }) => [name, value, configSource])],
      [other?.errorCode, other?.errorMessage],
    ]).toEqual([
      [0, 316],
      [0, [["message.max.bytes", "9", 3]]],
      [42, "Unexpected broker id, expected 1 or empty string, but received 2"],
    ])
  })

  test("keeps passwords to itself", () => {
    const configured = { "ssl.keystore.password": "secret" }
    const answer = describe_({ version: 4, configured }, BROKER, "1", ["ssl.keystore.password"])
    expect(answer?.configs?.[0]).toMatchObject({ value: null, isSensitive: true, configType: 9, readOnly: false })
  })
})

describe("IncrementalAlterConfigs", () => {
  test("refuses here what needs no controller, and hands on the rest", async () => {
    const asked: unknown[] = []
    const set = (name: string, value: string | null) => ({ name, configOperation: 0, value })
    const resource = (resourceType: number, resourceName: string, configs: ReturnType<typeof set>[]) => ({
      resourceType,
      resourceName,
      configs,
    })
    const good = resource(TOPIC, "orders", [set("retention.ms", "5")])
    const request = {
      validateOnly: false,
      resources: [
        good,
        resource(TOPIC, "missing", [set("retention.ms", "5")]),
        resource(BROKER, "1", [set("num.io.threads", null)]),
        resource(BROKER, "", [set("num.io.threads", "1"), set("num.io.threads", "2")]),
        resource(BROKER, "2", [set("num.io.threads", "1")]),
        resource(99, "x", []),
      ],
    }
    const controller = () => ({
      responses: [{ errorCode: 0, errorMessage: null, resourceType: TOPIC, resourceName: "orders" }],
    })
    const services = servicesFor({ version: 1, topics: [orders], asked, controller })
    const { responses = [] } = (await onIncrementalAlterConfigs.handle(request, services)) as {
      responses?: { resourceName: string; errorCode: number; errorMessage: string | null }[]
    }
    expect(
      responses.map(({ resourceName, errorCode, errorMessage }) => [resourceName, errorCode, errorMessage]),
    ).toEqual([
      ["orders", 0, null],
      ["missing", 3, null],
      ["1", 42, "Null value not supported for : num.io.threads"],
      ["", 42, "Error due to duplicate config keys : num.io.threads"],
      ["2", 42, "Unexpected broker id, expected 1 or empty string, but received 2"],
      ["x", 42, "Unknown resource type 99."],
    ])
    expect(asked).toEqual([{ api: "IncrementalAlterConfigs", body: { resources: [good], validateOnly: false } }])
  })
})

function describeOne(situation: Situation, resourceType: number, resourceName: string) {
  return describe_(situation, resourceType, resourceName, ["retention.ms"])?.configs?.[0] ?? {}
}

function describe_(situation: Situation, resourceType: number, resourceName: string, keys: string[] | null) {
  const resources = [{ resourceType, resourceName, configurationKeys: keys }]
  const request = { resources, includeSynonyms: true, includeDocumentation: false }
  const answer = onDescribeConfigs.handle(request, servicesFor(situation)) as ResponseInput<typeof describeConfigs>
  return answer.results?.[0]
}
