import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { produce } from "../../src/protocol/api/00_produce"
import { fetch } from "../../src/protocol/api/01_fetch"
import { joinGroup } from "../../src/protocol/api/11_joinGroup"
import { createTopics } from "../../src/protocol/api/19_createTopics"
import { consumerGroupHeartbeat } from "../../src/protocol/api/68_consumerGroupHeartbeat"
import { decodeRequest, encodeRequest, readRequestHeader } from "../../src/protocol/frame"
import { apiOfKey } from "../../src/protocol/index"
import { consumerProtocolSubscription, readConsumerProtocol } from "../../src/protocol/record/consumerProtocol"
import { decodeRecords } from "../../src/protocol/recordBatch"
import type { Api, RequestOf } from "../../src/protocol/schema"

const sizeBytes = 4
const clients = { kafkajs: framesOf("kafkajs-requests.txt"), platformatic: framesOf("platformatic-requests.txt") }

describe.each(Object.entries(clients))("what %s sends", (_, frames) => {
  test.each(frames)("$name v$version is read, and written again byte for byte", ({ frame, key, version }) => {
    const api = apiOfKey(key)
    if (!api) throw new Error(`API key ${key} is not known`)
    const payload = frame.subarray(sizeBytes)
    const header = readRequestHeader(payload)
    expect(header).toMatchObject({ apiKey: key, apiVersion: version })
    const again = encodeRequest(api, version, header.correlationId, header.clientId, decodeRequest(api, payload))
    expect(again.toString("hex")).toBe(frame.toString("hex"))
  })
})

describe("fields come out as the client meant them", () => {
  test("a topic", () => {
    expect(requestOf("kafkajs", createTopics).topics).toMatchObject([
      { name: "golden", numPartitions: 2, configs: [{ name: "retention.ms", value: "1000000" }] },
    ])
  })

  test.each(["kafkajs", "platformatic"] as const)("a record of an idempotent producer, compressed by %s", (client) => {
    const { acks, topicData } = requestOf(client, produce)
    const [partition] = topicData[0]?.partitionData ?? []
    const records = decodeRecords(partition?.records ?? Buffer.alloc(0))
    expect([
      acks,
      records.map(({ key, value, headers }) => [`${key}`, `${value}`, headers.map((each) => each.key)]),
    ]).toEqual([-1, [["k", "v", ["h"]]]])
  })

  test("the subscription of a classic consumer", () => {
    const [protocol] = requestOf("kafkajs", joinGroup).protocols
    expect(protocol?.name).toBe("RoundRobinAssigner")
    const subscription = readConsumerProtocol(consumerProtocolSubscription, protocol?.metadata ?? Buffer.alloc(0))
    expect(subscription?.topics).toEqual(["golden"])
  })

  test("a member of the new protocol, and a fetch by topic id", () => {
    expect(requestOf("platformatic", consumerGroupHeartbeat)).toMatchObject({ groupId: "pg-consumer", memberEpoch: 0 })
    expect(requestOf("platformatic", fetch).topics[0]?.topicId).toMatch(/^[\w-]{22}$/)
  })
})

function requestOf<A extends Api>(client: keyof typeof clients, api: A): RequestOf<A> {
  const found = clients[client].find(({ key }) => key === api.key)
  if (!found) throw new Error(`${client} sent no ${api.name}`)
  return decodeRequest(api, found.frame.subarray(sizeBytes))
}

function framesOf(file: string) {
  const text = readFileSync(new URL(`../fixtures/protocol/${file}`, import.meta.url), "utf8")
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
  return lines.map((line) => {
    const [key = "", version = "", hex = ""] = line.split(" ")
    const name = apiOfKey(Number(key))?.name ?? key
    return { name, key: Number(key), version: Number(version), frame: Buffer.from(hex, "hex") }
  })
}
