import { describe, expect, test } from "vitest"
import { parseOptions, UsageError } from "../../../src/cluster/server/options"
import { clusterArguments } from "../../../src/process/cluster"

describe("the options of a cluster", () => {
  test("are three brokers with one controller on free loopback ports when nothing is said", () => {
    expect(parseOptions([])).toEqual({
      brokerIds: [1, 2, 3],
      controllerIds: [1],
      racks: [],
      host: "127.0.0.1",
      advertisedHost: "127.0.0.1",
      listeners: [{ name: "PLAINTEXT", protocol: "PLAINTEXT", port: 0, portStep: 1 }],
      configs: new Map([
        ["offsets.topic.replication.factor", "3"],
        ["transaction.state.log.replication.factor", "3"],
        ["transaction.state.log.min.isr", "2"],
      ]),
      users: [],
      data: undefined,
      json: false,
    })
  })

  test("come back from the arguments that a launcher makes of them", () => {
    const argv = clusterArguments({
      brokers: 5,
      controllers: 3,
      roles: "isolated",
      racks: ["a", "b", "c", "a", "b"],
      port: 19092,
      data: "/tmp/a folder",
      configs: { "auto.create.topics.enable": "false" },
      listeners: ["SECURE:SASL_SSL:19192"],
      users: ["SCRAM-SHA-256:alice:with:colon"],
    })
    expect(parseOptions(argv)).toMatchObject({
      brokerIds: [1, 2, 3, 4, 5],
      controllerIds: [6, 7, 8],
      racks: ["a", "b", "c", "a", "b"],
      data: "/tmp/a folder",
      listeners: [
        { name: "PLAINTEXT", protocol: "PLAINTEXT", port: 19092 },
        { name: "SECURE", protocol: "SASL_SSL", port: 19192 },
      ],
      users: [{ mechanism: "SCRAM-SHA-256", name: "alice", password: "with:colon" }],
    })
    expect(parseOptions(argv).configs.get("auto.create.topics.enable")).toBe("false")
  })

  test("of the profile kafkajs-tests are those of kafkajs's own cluster", () => {
    const options = parseOptions(["--profile", "kafkajs-tests"])
    expect(options).toMatchObject({
      brokerIds: [0, 1, 2],
      advertisedHost: "localhost",
      listeners: [
        { name: "PLAINTEXT", port: 9092, portStep: 3 },
        { name: "SSL", port: 9093, portStep: 3 },
        { name: "SASL_SSL", port: 9094, portStep: 3 },
      ],
    })
    const configs = ["num.partitions", "listener.name.sasl_ssl.oauthbearer.connections.max.reauth.ms"]
    expect(configs.map((name) => options.configs.get(name))).toEqual(["2", "15000"])
    expect(options.users).toHaveLength(5)
  })

  test("of the profile lessons have short timers, which --config overrides", () => {
    const options = parseOptions(["--profile", "lessons", "--config", "broker.session.timeout.ms=4000"])
    const timers = ["replica.lag.time.max.ms", "broker.session.timeout.ms", "group.initial.rebalance.delay.ms"]
    expect(timers.map((name) => options.configs.get(name))).toEqual(["3000", "4000", "0"])
  })

  test("are refused with a sentence that names what is wrong", () => {
    const refusal = (...argv: string[]) => {
      try {
        parseOptions(argv)
        return "accepted"
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        return error.message
      }
    }
    expect([
      refusal("--brokers", "0"),
      refusal("--controllers", "2"),
      refusal("--brokers", "1", "--controllers", "3"),
      refusal("--roles", "observer"),
      refusal("--racks", "a,b"),
      refusal("--port", "70000"),
      refusal("--config", "novalue"),
      refusal("--config", "num.partitions=many"),
      refusal("--config", "log.segment.bytes=10"),
      refusal("--listener", "SECURE"),
      refusal("--listener", "SECURE:TLS"),
      refusal("--user", "PLAIN:alice"),
      refusal("--profile", "big"),
      refusal("--fsync", "sometimes"),
    ]).toEqual([
      '--brokers takes a number from 1 to 16, not "0".',
      '--controllers takes 1, or 3 where there are three brokers or more or roles are isolated, not "2".',
      '--controllers takes 1, or 3 where there are three brokers or more or roles are isolated, not "3".',
      '--roles takes combined or isolated, not "observer".',
      '--racks takes one name for each of the 3 brokers with commas between, not "a,b".',
      '--port takes a number from 0 to 65535, not "70000".',
      '--config takes name=value, not "novalue".',
      "Invalid value many for configuration num.partitions: Not a number of type INT.",
      "Invalid value 10 for configuration log.segment.bytes: Value must be at least 1048576.",
      '--listener takes NAME:PROTOCOL[:PORT] with one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL, not "SECURE".',
      '--listener takes NAME:PROTOCOL[:PORT] with one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL, not "SECURE:TLS".',
      "--user takes MECHANISM:name:password with one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER.",
      'There is no profile "big": lessons or kafkajs-tests.',
      '--fsync takes "always", not "sometimes".',
    ])
  })
})
