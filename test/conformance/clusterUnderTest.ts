import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ClusterOptions } from "../../src/contract/clusterOptions"
import { type ClusterProcess, startCluster } from "../../src/process/cluster"
import { connectControl } from "../../src/process/control"
import type { Security } from "./client"
import type { ClusterUnderTest } from "./scenarios"
import { freePorts } from "./spawnedCluster"

const brokers = 3
const root = join(import.meta.dirname, "..", "..")

export interface RunningCluster extends ClusterUnderTest {
  /** The folder of its files, where they are ours. */
  readonly data?: string
  /** SIGKILL. */
  kill(node: number): Promise<void>
  start(node: number): Promise<void>
  stop(): Promise<void>
}

type Shape = Pick<ClusterOptions, "controllers" | "profile" | "configs">

/** The embedded cluster as it ships, or Apache Kafka where `CONFORMANCE_ON=kafka` asks for it. */
export async function startClusterUnderTest(shape: Shape = {}): Promise<RunningCluster> {
  return process.env.CONFORMANCE_ON === "kafka" ? await startApache(shape) : await startEmbedded(shape)
}

async function startEmbedded(shape: Shape): Promise<RunningCluster> {
  const securePort = await freePorts(brokers)
  const data = mkdtempSync(join(tmpdir(), "logbook-conformance-"))
  const security: Security = {
    mechanism: "SCRAM-SHA-256",
    username: "reader",
    password: "reader-secret",
    ca: join(data, "tls", "ca.pem"),
  }
  const options = {
    ...shape,
    data,
    script: join(root, "dist", "cluster.js"),
    configs: {
      "group.initial.rebalance.delay.ms": "500",
      "auto.create.topics.enable": "false",
      ...shape.configs,
    },
    listeners: [`SECURE:SASL_SSL:${securePort}`],
    users: [`${security.mechanism}:${security.username}:${security.password}`],
  }
  let running: ClusterProcess = await startCluster(options)
  const change = async (method: "node/kill" | "node/start", id: number) => {
    const control = await connectControl(running.control)
    await control.request(method, { id })
    control.close()
  }
  return {
    data,
    secure: {
      bootstrap: () => Array.from({ length: brokers }, (_, index) => `127.0.0.1:${securePort + index}`).join(","),
      security,
    },
    bootstrap: () => running.bootstrap,
    kill: (node) => change("node/kill", node),
    start: (node) => change("node/start", node),
    traceVersions: async (api) => {
      const control = await connectControl(running.control)
      const { trace } = await control.request("trace/start", { filter: { apis: [api] } })
      return async () => {
        const { entries } = await control.request("trace/stop", { trace })
        control.close()
        return entries.map(({ version }) => version)
      }
    },
    async restart() {
      await running.stop()
      running = await startCluster(options)
    },
    async stop() {
      await running.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

async function startApache({ controllers = 1, profile, configs }: Shape): Promise<RunningCluster> {
  const { startApacheKafka } = await import("../../scripts/apacheKafka.mjs")
  const kafka = await startApacheKafka({
    controllers,
    ...(profile === "lessons" && { profile }),
    configs: { "group.initial.rebalance.delay.ms": "500", "auto.create.topics.enable": "false", ...configs },
  })
  return {
    bootstrap: () => kafka.bootstrap,
    kill: async (node) => {
      const child = kafka.nodes.get(node)
      const ended = new Promise((resolve) => child?.once("exit", resolve))
      child?.kill("SIGKILL")
      await ended
    },
    start: async (node) => kafka.startNode(node),
    restart: async () => undefined,
    stop: () => kafka.stop(),
  }
}
