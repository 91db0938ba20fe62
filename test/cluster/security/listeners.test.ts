import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from "kafkajs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"

let folder: string
let server: ClusterServer
let ports: { sasl: number; ssl: number; both: number }
let authority: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "logbook-security-"))
  ports = { sasl: await freePort(), ssl: await freePort(), both: await freePort() }
  const options = parseOptions([
    ...["--brokers", "1", "--data", folder],
    ...["--listener", `SASL:SASL_PLAINTEXT:${ports.sasl}`, "--listener", `SSL:SSL:${ports.ssl}`],
    ...["--listener", `BOTH:SASL_SSL:${ports.both}`],
    ...["--user", "PLAIN:root:toor", "--user", "PLAIN:alice:secret"],
    ...["--user", "SCRAM-SHA-256:bob:bobsecret", "--user", "SCRAM-SHA-512:bob:bobsecret"],
    ...["--config", "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"],
    ...["--config", "super.users=User:root;User:ANONYMOUS;User:bob"],
    ...["--config", "connections.max.reauth.ms=1500"],
  ])
  server = await ClusterServer.start(options, () => {})
  authority = readFileSync(join(folder, "tls", "ca.pem"), "utf8")
}, 30_000)

afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("kafkajs signs in", () => {
  test.each<[string, () => Partial<KafkaConfig>]>([
    ["over TLS", () => ({ brokers: [at(ports.ssl)], ssl: { ca: [authority] } })],
    ["with PLAIN", () => ({ brokers: [at(ports.sasl)], sasl: plain("alice", "secret") })],
    ["with SCRAM-SHA-256", () => ({ brokers: [at(ports.sasl)], sasl: bob("scram-sha-256") })],
    [
      "with SCRAM-SHA-512 over TLS",
      () => ({ brokers: [at(ports.both)], ssl: { ca: [authority] }, sasl: bob("scram-sha-512") }),
    ],
    ["with OAUTHBEARER", () => ({ brokers: [at(ports.sasl)], sasl: bearer("carol", 60) })],
  ])("%s", async (_, config) => {
    const admin = kafkaWith(config()).admin()
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    await admin.disconnect()
    // The client is told of the listener that it came in by.
    expect(brokers.map(({ port }) => port)).toEqual([Number(config().brokers?.toString().split(":")[1])])
  })

  test.each<[string, () => Partial<KafkaConfig>, RegExp]>([
    [
      "a wrong password",
      () => ({ brokers: [at(ports.sasl)], sasl: plain("alice", "no") }),
      /Invalid username or password/,
    ],
    ["no password at all", () => ({ brokers: [at(ports.sasl)] }), /Closed connection/],
    [
      "a token that has expired",
      () => ({ brokers: [at(ports.sasl)], sasl: bearer("carol", -60) }),
      /Closed connection/,
    ],
    ["no trust in the authority", () => ({ brokers: [at(ports.ssl)], ssl: true }), /self-signed certificate/],
  ])("not with %s", async (_, config, message) => {
    const admin = kafkaWith(config()).admin()
    const attempt = admin.connect().then(() => admin.describeCluster())
    await expect(attempt).rejects.toThrow(message)
    await admin.disconnect()
  })
})

test("a user may do what ACLs allow and no more, from the moment they are set", async () => {
  const root = kafkaWith({ brokers: [at(ports.sasl)], sasl: plain("root", "toor") }).admin()
  const alice = kafkaWith({ brokers: [at(ports.sasl)], sasl: plain("alice", "secret") })
  const producer = alice.producer()
  await Promise.all([root.connect(), producer.connect()])
  await root.createTopics({ topics: [{ topic: "orders" }], waitForLeaders: true })
  const send = () => producer.send({ topic: "orders", messages: [{ value: "hello" }] })
  await expect(send()).rejects.toThrow(/authorized/i)
  await root.createAcls({
    acl: [
      {
        resourceType: 2,
        resourceName: "ord",
        resourcePatternType: 4,
        principal: "User:alice",
        host: "*",
        operation: 4,
        permissionType: 3,
      },
    ],
  })
  await expect(send()).resolves.toMatchObject([{ errorCode: 0, baseOffset: "0" }])
  await Promise.all([root.disconnect(), producer.disconnect()])
})

test("a client that authenticates again in time keeps its connection beyond connections.max.reauth.ms", async () => {
  const kafka = kafkaWith({ brokers: [at(ports.sasl)], sasl: bob("scram-sha-256"), reauthenticationThreshold: 500 })
  const admin = kafka.admin()
  await admin.connect()
  const deadline = performance.now() + 2500
  let answers = 0
  while (performance.now() < deadline) {
    await admin.listTopics()
    answers++
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await admin.disconnect()
  expect(answers).toBeGreaterThan(5)
})

function kafkaWith(config: Partial<KafkaConfig>): Kafka {
  return new Kafka({ clientId: "tester", brokers: [], logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...config })
}

function at(port: number): string {
  return `127.0.0.1:${port}`
}

function plain(username: string, password: string): SASLOptions {
  return { mechanism: "plain", username, password }
}

function bob(mechanism: "scram-sha-256" | "scram-sha-512"): SASLOptions {
  const credentials = { username: "bob", password: "bobsecret" }
  return mechanism === "scram-sha-256" ? { mechanism, ...credentials } : { mechanism, ...credentials }
}

/** An unsecured JSON Web Token that lasts from now for so many seconds. */
function bearer(sub: string, seconds: number): SASLOptions {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const token = `${part({ alg: "none" })}.${part({ sub, exp: Math.floor(Date.now() / 1000) + seconds })}.`
  return { mechanism: "oauthbearer", oauthBearerProvider: async () => ({ value: token }) }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
