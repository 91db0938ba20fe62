import { describe, expect, it, vi } from "vitest"
import { createClientLog } from "../../src/kit/clientLog"
import { connectionConfig } from "../../src/kit/connection"
import { checkGroupName, checkTopicName } from "../../src/kit/namingRules"
import { presets } from "../../src/kit/presets"
import { readClientProperties } from "../../src/process/clientProperties"

describe("presets", () => {
  it("have today's right values, each with a reason in both languages", () => {
    expect(presets.production.producer).toMatchObject({
      acks: "all",
      idempotent: true,
      compression: "zstd",
      maxInFlight: 5,
    })
    expect(presets.production.consumer).toMatchObject({ autoOffsetReset: "earliest", sessionTimeoutMs: 45_000 })
    expect(presets.development.producer).toMatchObject({ acks: "all", idempotent: true, compression: "none" })
    for (const language of ["en", "zh"] as const) {
      const rows = presets.explain("production", language)
      expect(rows.filter(({ why }) => why === "")).toEqual([])
      expect(rows).toHaveLength(17)
    }
  })

  it("take what differs from an object, from YAML and from the environment", () => {
    const wanted = { ...presets.production.producer, acks: 1, idempotent: false, retries: 2 }
    const sources = [
      presets.from({ preset: "production", producer: { acks: 1, idempotent: false, retries: 2 } }),
      presets.fromYaml("preset: production\nproducer: { acks: 1, idempotent: false, retries: 2 }\n"),
      presets.fromEnvironment({
        KAFKA_PRESET: "production",
        KAFKA_PRODUCER_ACKS: "1",
        KAFKA_PRODUCER_IDEMPOTENT: "false",
        KAFKA_PRODUCER_RETRIES: "2",
      }),
    ]
    for (const { producer, consumer } of sources) {
      expect({ producer, consumer }).toEqual({ producer: wanted, consumer: presets.production.consumer })
    }
  })

  it.each([
    [{ preset: "staging" }, /no preset "staging"/],
    [{ producer: { ack: 1 } }, /no setting "ack": acks, compression/],
    [{ producer: { acks: 2 } }, /producer.acks is 2: it must be 0, 1, all/],
    [{ consumer: { retries: -1 } }, /not negative/],
    [{ consumer: { readCommitted: "yes" } }, /must be a boolean/],
    [{ broker: {} }, /no setting "broker"/],
    [[], /must be a table/],
  ])("refuse %j", (settings, message) => {
    expect(() => presets.from(settings)).toThrow(message)
  })
})

describe("kafkajs's log", () => {
  it("is one line per entry, and says the same once in five seconds", () => {
    const lines: unknown[] = []
    vi.spyOn(console, "error").mockImplementation((line) => lines.push(line))
    let nowMs = 0
    const write = createClientLog(() => nowMs)
    const log = { message: "Connection error", broker: "a:1", timestamp: "", error: "refused" }
    for (const atMs of [0, 1_000, 4_999, 5_000]) {
      nowMs = atMs
      write({ namespace: "", level: 1, label: "ERROR", log })
    }
    write({ namespace: "", level: 1, label: "WARN", log: { message: "other", timestamp: "" } })
    vi.restoreAllMocks()
    const line = "kafkajs error a:1: Connection error (refused)"
    expect(lines).toEqual([line, line, "kafkajs warn: other"])
  })

  it("breaks what is wider than a cell's output between words, and leaves none out", () => {
    const lines: string[] = []
    vi.spyOn(console, "error").mockImplementation((line) => lines.push(...String(line).split("\n")))
    const message = Array.from({ length: 60 }, (_, at) => (at === 30 ? "x".repeat(130) : `word${at}`)).join(" ")
    createClientLog()({ namespace: "", level: 1, label: "ERROR", log: { message, timestamp: "" } })
    vi.restoreAllMocks()
    expect(lines.map((line) => line.trim()).join(" ")).toBe(`kafkajs error: ${message}`)
    expect(lines.filter((line) => line.length > 120 && !line.includes("xxx"))).toEqual([])
  })
})

describe("naming rules", () => {
  it("accept {domain}.{entity}.{event} and {service}.{purpose}.group, and say what is wrong with others", () => {
    expect(["user.events.registered", "example.user.events"].map(checkTopicName)).toEqual([undefined, undefined])
    expect(
      ["", "a b", "User.events.x", "a_b.c.d", "x".repeat(250), ".."].map((name) => checkTopicName(name) !== undefined),
    ).toEqual(Array(6).fill(true))
    expect(checkGroupName("notification-service.user-events.group")).toBe(undefined)
    expect(checkGroupName("my-group")).toMatch(/not \{service\}/)
  })
})

describe("connection", () => {
  it("reads Kafka's client.properties, and librdkafka's names for the same", () => {
    const text = `# a comment
security.protocol=SASL_SSL
sasl.mechanism = SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
    username="ann" password="a\\\\"b=c";
bootstrap.servers : one:9092,two:9092
ssl.endpoint.identification.algorithm=
`
    const properties = readClientProperties(text)
    const cluster = { kind: "connected", prefix: "me.", readOnly: false } as const
    const config = (clientProperties: Record<string, string>) =>
      connectionConfig({
        lessonId: "x",
        cluster: { ...cluster, bootstrap: ["one:9092"], clientProperties },
        current: () => {
          throw new Error("not needed")
        },
        record: () => {},
      })
    expect(properties["bootstrap.servers"]).toBe("one:9092,two:9092")
    expect(config(properties)).toMatchObject({
      brokers: ["one:9092"],
      ssl: { checkServerIdentity: expect.any(Function) },
      sasl: { mechanism: "scram-sha-512", username: "ann", password: 'a"b=c' },
    })
    const librdkafka = {
      "security.protocol": "sasl_plaintext",
      "sasl.mechanisms": "PLAIN",
      "sasl.username": "u",
      "sasl.password": "p",
    }
    const { ssl, sasl } = config(librdkafka)
    expect({ ssl, sasl }).toEqual({ ssl: undefined, sasl: { mechanism: "plain", username: "u", password: "p" } })
    expect(() => config({ "security.protocol": "SASL_SSL", "sasl.mechanism": "GSSAPI" })).toThrow(
      /GSSAPI is not supported/,
    )
  })
})
