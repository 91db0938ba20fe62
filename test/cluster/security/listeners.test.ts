import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from "kafkajs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import { type ControlClient, connectControl } from "../../../src/process/control"

/** Far longer than anything here takes: only the broker's clock, when it is set ahead, ends a session. */
const SESSION_MS = 600_000

let folder: string
let server: ClusterServer
let control: ControlClient
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
    ...["--config", `connections.max.reauth.ms=${SESSION_MS}`],
    // The broker's clock is set ahead: it must not be taken for silent.
    ...["--config", `broker.session.timeout.ms=${10 * SESSION_MS}`],
  ])
  server = await ClusterServer.start(options, () => {})
  control = await connectControl(server.address.control)
  authority = readFileSync(join(folder, "tls", "ca.pem"), "utf8")
})

afterAll(async () => {
  control.close()
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

test("connections.max.reauth.ms ends the connection of a client, unless it authenticates again in time", async () => {
  const sasl = { brokers: [at(ports.sasl)], sasl: bob("scram-sha-256") }
  const lazy = kafkaWith({ ...sasl, clientId: "lazy", reauthenticationThreshold: 0 }).admin()
  const keen = kafkaWith({ ...sasl, clientId: "keen", reauthenticationThreshold: SESSION_MS }).admin()
  await Promise.all([lazy.connect(), keen.connect()])
  const before = await connectionsOf("keen")
  for (const aheadMs of [0.6, 1.2, 1.8].map((sessions) => sessions * SESSION_MS)) {
    await control.request("clock/skew", { node: 1, ms: aheadMs })
    await keen.listTopics()
  }
  const after = await connectionsOf("keen")
  await expect(lazy.listTopics()).rejects.toThrow(/Closed connection/)
  await control.request("clock/skew", { node: 1, ms: 0 })
  await Promise.all([lazy.disconnect(), keen.disconnect()])
  expect([before.length, after]).toEqual([1, before])
})

/** The names that the broker gave to the connections of a client. */
async function connectionsOf(clientId: string): Promise<string[]> {
  const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
  return Object.entries(snapshot.clients)
    .filter(([, client]) => client.clientId === clientId)
    .map(([name]) => name)
}

function kafkaWith(config: Partial<KafkaConfig>): Kafka {
  const patience = { connectionTimeout: 60_000, authenticationTimeout: 60_000, retry: { retries: 0 } }
  return new Kafka({ clientId: "tester", brokers: [], logLevel: logLevel.NOTHING, ...patience, ...config })
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

/** Below those that clusters choose for themselves, and those that the system gives to connections. */
async function freePort(): Promise<number> {
  const port = 15_000 + Math.floor(Math.random() * 5_000)
  const probe = createServer()
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true))
  })
  if (!isFree) return freePort()
  await new Promise((resolve) => probe.close(resolve))
  return port
}
