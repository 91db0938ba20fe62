import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ClusterAddress } from "../../contract/control"
import type { NodeRole } from "../../contract/snapshot"
import { handlers } from "../api"
import { SystemClock, wait } from "../clock"
import { Cluster } from "../cluster"
import { FaultyDisk } from "../faultyDisk"
import { ProcessLinks } from "../links"
import { randomUuid, SystemRandom } from "../random"
import { RealDisk } from "../realDisk"
import { BrokerListeners, ListenerFactory } from "./brokerListeners"
import { ClientNetwork } from "./clientNetwork"
import { ControlServer } from "./control"
import { controlCommands } from "./controlCommands"
import { type DataFolder, lockDataFolder } from "./dataFolder"
import { EventLog } from "./events"
import type { StartOptions } from "./options"
import { RequestFaults } from "./requestFaults"
import { openRuntimeFolder, type RuntimeFolder } from "./runtimeFolder"
import { createScramUsers } from "./sasl/createScramUsers"
import { SnapshotBuilder } from "./snapshot"
import { SnapshotSubscriptions } from "./subscriptions"
import { clusterIdentity, type TlsIdentity } from "./tls/certificates"
import { TraceRecorder } from "./trace"
import { traceExchange } from "./traceLinks"

/** A clean shutdown that hangs must not leave a process behind: its logs recover as after a kill. */
const STOP_LIMIT_MS = 10_000
/** A slow disk flushes some files of each log. */
const STOP_LIMIT_PER_REPLICA_MS = 2

/** A cluster with its sockets, its files and its control socket: everything that one process runs. */
export class ClusterServer {
  readonly address: ClusterAddress
  readonly #cluster: Cluster
  readonly #control: ControlServer
  readonly #subscriptions: SnapshotSubscriptions
  readonly #folder: DataFolder
  readonly #runtime: RuntimeFolder
  /** It goes with the process. */
  readonly #isDataTemporary: boolean

  private constructor(
    address: ClusterAddress,
    cluster: Cluster,
    control: ControlServer,
    subscriptions: SnapshotSubscriptions,
    folder: DataFolder,
    runtime: RuntimeFolder,
  ) {
    this.address = address
    this.#cluster = cluster
    this.#control = control
    this.#subscriptions = subscriptions
    this.#folder = folder
    this.#runtime = runtime
    this.#isDataTemporary = folder.path === runtime.temporaryData
  }

  /** How long a stop that works may take at most. */
  get stopLimitMs(): number {
    return STOP_LIMIT_MS + this.#cluster.replicaCount * STOP_LIMIT_PER_REPLICA_MS
  }

  /** Rejects with a sentence where a port or a folder cannot be had; what was opened is closed again then. */
  static async start(options: StartOptions, log: (line: string) => void): Promise<ClusterServer> {
    const runtime = openRuntimeFolder()
    const data = options.data ?? runtime.temporaryData
    const folder = lockDataFolder(data, runtime.control)
    try {
      return await run(options, folder, runtime, log)
    } catch (error) {
      folder.release()
      runtime.remove()
      throw error
    }

    async function run(options: StartOptions, folder: DataFolder, runtime: RuntimeFolder, log: (line: string) => void) {
      const network = new ClientNetwork()
      const trace = new TraceRecorder()
      const faults = new RequestFaults()
      const events = new EventLog()
      const disks = new Map<number, FaultyDisk>()
      const identity = await identityOf(options, folder.path)
      const cluster = assemble(options, folder.path, { network, trace, faults, disks, identity, log })
      cluster.onEvent((event) => {
        events.add(event)
        if (event.type === "logDirOffline") {
          log(`node ${event.node}: its log dir is offline: ${event.fields.message} [${event.fields.path}]`)
        }
      })
      await cluster.start()
      await createScramUsers(cluster, options.users)
      const loseDisk = (id: number) => rmSync(nodeFolder(folder.path, id), { recursive: true, force: true })
      const subscriptions = new SnapshotSubscriptions(new SnapshotBuilder(cluster, network, events))
      const commands = controlCommands({ cluster, network, disks, faults, trace, events, loseDisk })
      const control = await ControlServer.listen({ path: runtime.control, commands, subscriptions, log })
      const address: ClusterAddress = {
        pid: process.pid,
        control: runtime.control,
        bootstrap: bootstrapOf(cluster),
        clusterId: cluster.clusterId,
      }
      runtime.publish(address)
      writeFileSync(join(folder.path, "cluster.json"), `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600 })
      return new ClusterServer(address, cluster, control, subscriptions, folder, runtime)
    }
  }

  /** Controlled shutdown of every node whose data is kept, then everything that goes with the process. */
  async stop(): Promise<void> {
    this.#subscriptions.close()
    this.#control.close()
    if (this.#isDataTemporary) this.#cluster.abandon()
    else await this.#cluster.stop()
    rmSync(join(this.#folder.path, "cluster.json"), { force: true })
    this.#folder.release()
    this.#runtime.remove()
  }
}

interface Parts {
  readonly network: ClientNetwork
  readonly trace: TraceRecorder
  readonly faults: RequestFaults
  readonly disks: Map<number, FaultyDisk>
  readonly identity: TlsIdentity | undefined
  readonly log: (line: string) => void
}

function assemble(options: StartOptions, data: string, parts: Parts): Cluster {
  const { network, trace, faults, disks, identity, log } = parts
  const { brokerIds, configs, host, advertisedHost, listeners } = options
  const clock = new SystemClock()
  const random = new SystemRandom()
  const links = new ProcessLinks(clock)
  const real = new RealDisk()
  const factory = new ListenerFactory({
    host,
    advertisedHost,
    listeners,
    brokerIds,
    trace,
    faults,
    clients: network,
    identity,
    passwords: new Map(
      options.users.filter(({ mechanism }) => mechanism === "PLAIN").map((user) => [user.name, user.password]),
    ),
    random,
    log,
  })
  const nodes = rolesOfNodes(options).map(({ id, roles, rack }) => {
    const disk = new FaultyDisk(real, (delayMs) => wait(clock, delayMs))
    disks.set(id, disk)
    return { id, roles, disk, folder: nodeFolder(data, id), ...(rack !== undefined && { rack }) }
  })
  const cluster = new Cluster({
    clusterId: storedClusterId(data) ?? randomUuid(random),
    nodes,
    configs,
    clock,
    random,
    links,
    handlers: new Map(handlers.map((handler) => [handler.api.key, handler])),
    openListeners: (broker) => factory.open(broker),
  })
  links.observer = {
    now: () => trace.now(),
    exchanged: (exchange) => {
      if (trace.isRecording) trace.record(traceExchange(exchange, (id) => cluster.metadata.topicById(id)?.name))
    },
  }
  network.onChange = () => {
    for (const { listeners } of cluster.nodes.values()) {
      if (listeners instanceof BrokerListeners) listeners.applyLinks()
    }
  }
  return cluster
}

/** Brokers in the order of their ids, then the controllers that are nothing else. */
function rolesOfNodes({ brokerIds, controllerIds, racks }: StartOptions) {
  const brokers = brokerIds.map((id, index) => {
    const roles: readonly NodeRole[] = controllerIds.includes(id) ? ["broker", "controller"] : ["broker"]
    return { id, roles, rack: racks[index] }
  })
  const isolated = controllerIds.filter((id) => !brokerIds.includes(id))
  return [...brokers, ...isolated.map((id) => ({ id, roles: ["controller"] as const, rack: undefined }))]
}

/** A certificate is made on first need: where a listener speaks TLS. */
async function identityOf({ listeners, host, advertisedHost }: StartOptions, data: string) {
  if (!listeners.some(({ protocol }) => protocol === "SSL" || protocol === "SASL_SSL")) return undefined
  const hosts = [...new Set([advertisedHost, "localhost", host, "127.0.0.1", "::1"])]
  return clusterIdentity(join(data, "tls"), hosts, Date.now())
}

function nodeFolder(data: string, id: number): string {
  return join(data, `node-${id}`)
}

/** A cluster that comes back to its folder keeps its id: Kafka's meta.properties has it. */
function storedClusterId(data: string): string | undefined {
  for (const name of readdirSync(data)) {
    if (!name.startsWith("node-")) continue
    try {
      const properties = readFileSync(join(data, name, "meta.properties"), "utf8")
      const id = /^cluster\.id=(\S+)$/m.exec(properties)?.[1]
      if (id) return id
    } catch {
      // A node that never came up has none.
    }
  }
  return undefined
}

function bootstrapOf(cluster: Cluster): string {
  return [...cluster.nodes.values()]
    .flatMap(({ listeners }) => listeners?.endpoints[0] ?? [])
    .map(({ host, port }) => `${host}:${port}`)
    .join(",")
}
