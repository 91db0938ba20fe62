import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createConnection } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { cache, run, say } from "./setUp.mjs"
import { freePort } from "./vscodeServer.mjs"

/** The Kafka that the embedded cluster is true to. One constant: everything compares with this release. */
export const kafkaVersion = "4.1.2"

/** A JVM on a machine that is busy with others takes its time. */
const START_LIMIT_MS = 300_000

/** Short timers, as the lessons' own clusters have them; the names are Kafka's broker configs. */
const profiles = {
  defaults: {},
  lessons: {
    "replica.lag.time.max.ms": "3000",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "log.retention.check.interval.ms": "1000",
    "log.cleaner.backoff.ms": "1000",
  },
}

/**
 * Fetches Apache Kafka and everything it needs from Maven Central, once.
 * @returns {string} the class path
 */
export function installApacheKafka() {
  const java = spawnSync("java", ["-version"], { encoding: "utf8" })
  const major = Number(/version "(\d+)/.exec(java.stderr ?? "")?.[1] ?? 0)
  if (major < 17)
    throw new Error("Apache Kafka needs Java 17 or newer on the PATH: install a JDK (on Debian: openjdk-17-jdk).")
  const folder = join(cache, `kafka-${kafkaVersion}`)
  const libraries = join(folder, "libs")
  const stamp = join(folder, ".installed")
  if (!existsSync(stamp)) {
    say(`Fetching Apache Kafka ${kafkaVersion} from Maven Central into .cache/ …`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "pom.xml"), projectOf(["kafka_2.13", "kafka-tools", "kafka-clients"]))
    run("mvn", [
      "-q",
      "-B",
      "-f",
      join(folder, "pom.xml"),
      "dependency:copy-dependencies",
      `-DoutputDirectory=${libraries}`,
    ])
    writeFileSync(stamp, "")
  }
  return join(libraries, "*")
}

/**
 * Starts Apache Kafka in KRaft mode on loopback, every node in a process of its own.
 * @param {object} [options]
 * @param {number} [options.brokers] node ids are 1…brokers
 * @param {number} [options.controllers] the first of the brokers are controllers too; default: all of them
 * @param {number} [options.port] node n listens on port + n - 1; 0 chooses free ones
 * @param {"lessons" | "defaults"} [options.profile]
 * @param {Record<string, string>} [options.configs] more broker configs
 * @param {(id: number, port: number) => Promise<number>} [options.relay] stands between the nodes: given a node and the
 *   port on which it listens for others, answers the port under which they are to reach it
 */
export async function startApacheKafka(options) {
  const kafka = await formatApacheKafka(options)
  await kafka.start()
  return kafka
}

/**
 * The same, formatted and not started: what it takes to start can then be measured without the formatting.
 * @returns {Promise<{ bootstrap: string, folder: string, nodes: Map<number, import("node:child_process").ChildProcess>, start(): Promise<void>, stop(): Promise<void>, startNode(id: number): Promise<void> }>}
 */
export async function formatApacheKafka({
  brokers = 3,
  controllers = brokers,
  port = 0,
  profile = "defaults",
  configs = {},
  relay = async (_, own) => own,
} = {}) {
  if (!(profile in profiles))
    throw new Error(`There is no profile ${profile}: choose ${Object.keys(profiles).join(" or ")}.`)
  const classPath = installApacheKafka()
  const folder = mkdtempSync(join(tmpdir(), "apache-kafka-"))
  const places = []
  for (let id = 1; id <= brokers; id++)
    places.push(await placeNode(id, { port, relay, isController: id <= controllers }))
  for (const place of places) {
    const settings = { ...nodeSettings(place, places, folder), ...profiles[profile], ...configs }
    writeFileSync(configFile(folder, place.id), toProperties(settings))
    format(classPath, folder, place.id)
  }
  const nodes = new Map()
  const startNode = async (id) => {
    nodes.set(id, spawnNode(classPath, folder, id))
    await untilListening(places[id - 1].port, nodes.get(id), folder, id)
  }
  const stop = async () => {
    await Promise.all([...nodes.values()].map(endProcess))
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  const start = async () => {
    try {
      await Promise.all(places.map(({ id }) => startNode(id)))
    } catch (error) {
      await stop()
      throw error
    }
  }
  const bootstrap = places.map((place) => `127.0.0.1:${place.port}`).join(",")
  return { bootstrap, folder, nodes, start, stop, startNode }
}

/** Runs one of Kafka's command-line tools, or any class of its class path, to its end. */
export function runKafkaClass(className, toolArguments, options = {}) {
  const classPath = installApacheKafka()
  return spawnSync("java", ["-Xmx256m", "-XX:+UseSerialGC", "-cp", classPath, className, ...toolArguments], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
    ...options,
  })
}

/** A listener for clients, one for the other brokers, and a controller's; what others are told may be a relay's. */
async function placeNode(id, { port, relay, isController }) {
  const internal = await freePort()
  const controller = isController ? await freePort() : undefined
  return {
    id,
    port: port ? port + id - 1 : await freePort(),
    internal,
    internalSeen: await relay(id, internal),
    controller,
    controllerSeen: isController ? await relay(id, controller) : undefined,
  }
}

function nodeSettings({ id, port, internal, internalSeen, controller, controllerSeen }, places, folder) {
  const replication = String(Math.min(3, places.length))
  const voters = places.filter((place) => place.controller !== undefined)
  const listeners = (broker, ownController) => {
    const all = [`PLAINTEXT://127.0.0.1:${port}`, `INTERNAL://127.0.0.1:${broker}`]
    if (ownController !== undefined) all.push(`CONTROLLER://127.0.0.1:${ownController}`)
    return all.join(",")
  }
  return {
    "process.roles": controller === undefined ? "broker" : "broker,controller",
    "node.id": String(id),
    "controller.quorum.voters": voters.map((place) => `${place.id}@127.0.0.1:${place.controllerSeen}`).join(","),
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "INTERNAL",
    listeners: listeners(internal, controller),
    "advertised.listeners": listeners(internalSeen, controllerSeen),
    "log.dirs": join(folder, String(id)),
    "offsets.topic.replication.factor": replication,
    "transaction.state.log.replication.factor": replication,
    "transaction.state.log.min.isr": String(Math.min(2, places.length)),
    "default.replication.factor": "1",
  }
}

/** `kafka-storage format` refuses to run twice, and every node needs the same cluster id. */
function format(classPath, folder, id) {
  const options = ["format", "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--config", configFile(folder, id)]
  const result = spawnSync("java", ["-Xmx128m", "-cp", classPath, "org.apache.kafka.tools.StorageTool", ...options], {
    encoding: "utf8",
  })
  const again =
    result.status === 0
      ? result
      : spawnSync("java", ["-Xmx128m", "-cp", classPath, "kafka.tools.StorageTool", ...options], { encoding: "utf8" })
  if (again.status !== 0)
    throw new Error(`Apache Kafka's storage could not be formatted: ${again.stderr || again.stdout}`)
}

function spawnNode(classPath, folder, id) {
  const heap = ["-Xms256m", "-Xmx512m", "-XX:+UseG1GC"]
  const child = spawn("java", [...heap, "-cp", classPath, "kafka.Kafka", configFile(folder, id)], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  child.lastWords = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      child.lastWords = (child.lastWords + text).slice(-4_000)
    })
  }
  return child
}

async function untilListening(port, child, folder, id) {
  const deadline = Date.now() + START_LIMIT_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`Apache Kafka's node ${id} ended with ${child.exitCode}: ${child.lastWords}`)
    const listening = await new Promise((resolve) => {
      const socket = createConnection({ port, host: "127.0.0.1" }, () => resolve(true))
      socket.once("connect", () => socket.destroy())
      socket.once("error", () => resolve(false))
    })
    if (listening) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Apache Kafka's node ${id} (${folder}) did not listen on port ${port} within five minutes.`)
}

async function endProcess(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGTERM")
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000)
  await ended
  clearTimeout(timer)
}

function configFile(folder, id) {
  return join(folder, `node-${id}.properties`)
}

function toProperties(settings) {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("")
}

function projectOf(artifacts) {
  const dependencies = [
    ...artifacts.map((name) => ["org.apache.kafka", name, kafkaVersion]),
    // Kafka logs through SLF4J; without a binding every tool prints a warning first.
    ["org.slf4j", "slf4j-nop", "1.7.36"],
  ].map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>logbook</groupId><artifactId>apache-kafka</artifactId><version>1</version>
<dependencies>${dependencies.join("\n")}</dependencies></project>
`
}
