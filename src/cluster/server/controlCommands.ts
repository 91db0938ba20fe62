import type { LinkParams, NodeParams, ReplicaParams } from "../../contract/control"
import { apis } from "../../protocol"
import { electLeaders } from "../../protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../protocol/api/44_incrementalAlterConfigs"
import { errorName } from "../../protocol/errorCodes"
import type { Broker } from "../broker"
import type { Cluster } from "../cluster"
import type { DiskFault } from "../disk"
import type { FaultyDisk } from "../faultyDisk"
import type { Node } from "../node"
import { brokerConfigs } from "../state/configDefinitions"
import { ConfigResourceType } from "../state/metadata/metadataImage"
import { refuseConfigValue } from "../state/validateConfig"
import type { ClientNetwork } from "./clientNetwork"
import { type ControlCommands, ControlRefusal } from "./control"
import type { EventLog } from "./events"
import type { RequestFaults } from "./requestFaults"
import type { TraceRecorder } from "./trace"
import type { TopicName } from "./traceFields"
import { traceExchange } from "./traceLinks"

const PREFERRED_ELECTION = 0
const UNCLEAN_ELECTION = 1
const ELECTION_LIMIT_MS = 10_000

export interface ControlParts {
  readonly cluster: Cluster
  readonly network: ClientNetwork
  readonly disks: ReadonlyMap<number, FaultyDisk>
  readonly faults: RequestFaults
  readonly trace: TraceRecorder
  readonly events: EventLog
  /** Empties a broker's disk; its node must be down. */
  readonly loseDisk: (brokerId: number) => void
}

/** What can be asked of a running cluster, beside subscriptions. Every injected fault is an event. */
export function controlCommands(parts: ControlParts): ControlCommands {
  return {
    ...observing(parts),
    ...nodeFaults(parts),
    ...linkFaults(parts),
    ...requestFaults(parts),
    ...replicaFaults(parts),
    ...diskFaults(parts),
    ...maintenance(parts),
  }
}

type Part<Prefix extends string> = {
  readonly [M in keyof ControlCommands as M extends `${Prefix}/${string}` ? M : never]: ControlCommands[M]
}

function observing({
  cluster,
  trace,
  events,
}: ControlParts): Part<"trace"> & Pick<ControlCommands, "cluster/events" | "cluster/configure"> {
  return {
    "cluster/events": ({ since }) => events.after(since),
    "cluster/configure": ({ key, value }) => configure(cluster, key, value),
    "trace/start": ({ filter, limit }) => {
      const id = trace.start(filter, limit)
      if (id === undefined) throw new ControlRefusal("Too many traces run already: stop one first.")
      return { trace: id }
    },
    "trace/stop": ({ trace: id }) => {
      const topicName: TopicName = (topicId) => cluster.metadata.topicById(topicId)?.name
      const open = cluster.links.openExchanges().map((exchange) => traceExchange(exchange, topicName))
      const entries = trace.stop(id, open)
      if (entries === undefined) throw new ControlRefusal(`No trace ${id} runs.`)
      return { entries }
    },
  }
}

function nodeFaults(parts: ControlParts): Part<"node"> {
  const { cluster } = parts
  const act = (action: string, run: (node: Node) => void | Promise<void>) => async (params: NodeParams) => {
    const node = nodeOf(cluster, params.id)
    await run(node)
    note(parts, `node/${action}`, { node: node.id })
    return null
  }
  const mustBe = (node: Node, ...states: Node["state"][]) => {
    if (states.includes(node.state)) return
    throw new ControlRefusal(`Node ${node.id} is ${node.state}.`)
  }
  return {
    "node/kill": act("kill", (node) => {
      mustBe(node, "running", "paused", "fenced")
      node.kill()
    }),
    "node/stop": act("stop", async (node) => {
      mustBe(node, "running", "fenced")
      await node.stop()
    }),
    "node/pause": act("pause", (node) => {
      mustBe(node, "running", "fenced")
      node.pause()
    }),
    "node/resume": act("resume", (node) => {
      mustBe(node, "paused")
      node.resume()
    }),
    "node/start": act("start", async (node) => {
      mustBe(node, "stopped", "dead")
      await node.start()
    }),
  }
}

function linkFaults(parts: ControlParts): Part<"link"> {
  const { cluster, network } = parts
  const act = (
    action: string,
    between: (a: number, b: number) => void,
    toClients: (broker: number) => void,
    { a, b }: LinkParams,
  ) => {
    if (a === b) throw new ControlRefusal("A link has two ends.")
    const broker = a === "clients" ? b : b === "clients" ? a : undefined
    if (broker === undefined) between(nodeOf(cluster, a).id, nodeOf(cluster, b).id)
    else toClients(nodeOf(cluster, broker).id)
    note(parts, `link/${action}`, { fields: { a, b } })
    return null
  }
  return {
    "link/cut": (params) =>
      act(
        "cut",
        (a, b) => cluster.links.cut(a, b),
        (broker) => network.cut(broker),
        params,
      ),
    "link/heal": (params) =>
      act(
        "heal",
        (a, b) => cluster.links.heal(a, b),
        (broker) => network.heal(broker),
        params,
      ),
    "link/delay": ({ ms, ...params }) =>
      act(
        "delay",
        (a, b) => cluster.links.delay(a, b, ms),
        (broker) => network.delay(broker, ms),
        params,
      ),
  }
}

function requestFaults(parts: ControlParts): Part<"requests"> {
  const { cluster, faults } = parts
  const check = ({ api, broker, count }: { api: string; broker?: number; count: number }) => {
    if (!apis.some(({ name }) => name === api)) throw new ControlRefusal(`There is no API "${api}".`)
    if (broker !== undefined) nodeOf(cluster, broker)
    if (!Number.isInteger(count) || count < 0) throw new ControlRefusal(`A count is a whole number, not ${count}.`)
  }
  const full = () => new ControlRefusal("Too many request faults wait already.")
  return {
    "requests/error": (params) => {
      check(params)
      if (!faults.addError(params)) throw full()
      const { api, count, errorCode } = params
      note(parts, "requests/error", { fields: { api, count, error: errorName(errorCode) } })
      return null
    },
    "requests/drop": (params) => {
      check(params)
      if (!faults.addDrop(params)) throw full()
      note(parts, "requests/drop", { fields: { api: params.api, count: params.count } })
      return null
    },
  }
}

function replicaFaults(parts: ControlParts): Part<"replica"> {
  const act = (action: "freeze" | "unfreeze") => (params: ReplicaParams) => {
    const { broker, topic, partition } = params
    const replicas = nodeOf(parts.cluster, broker).broker?.services.replicas
    if (!replicas) throw new ControlRefusal(`Node ${broker} is down.`)
    const image = parts.cluster.metadata.partition(topic, partition)
    if (!image?.replicas.includes(broker)) {
      throw new ControlRefusal(`Broker ${broker} holds no replica of ${topic}-${partition}.`)
    }
    if (action === "freeze") replicas.freeze(topic, partition)
    else replicas.unfreeze(topic, partition)
    note(parts, `replica/${action}`, { node: broker, topic, partition })
    return null
  }
  return { "replica/freeze": act("freeze"), "replica/unfreeze": act("unfreeze") }
}

function diskFaults(parts: ControlParts): Part<"disk"> {
  const set = (fault: DiskFault, broker: number, ms?: number) => {
    const disk = parts.disks.get(nodeOf(parts.cluster, broker).id)
    disk?.setFault(fault, ms)
    note(parts, `disk/${fault}`, { node: broker })
    return null
  }
  return {
    "disk/slow": ({ broker, ms }) => set("slow", broker, ms),
    "disk/full": ({ broker }) => set("full", broker),
    "disk/fail": ({ broker }) => set("fail", broker),
    "disk/ok": ({ broker }) => set("ok", broker),
    "disk/lose": ({ broker }) => {
      const node = nodeOf(parts.cluster, broker)
      if (node.state !== "dead" && node.state !== "stopped") {
        throw new ControlRefusal(`Node ${broker} is ${node.state}: only a node that is down can lose its disk.`)
      }
      parts.loseDisk(broker)
      note(parts, "disk/lose", { node: broker })
      return null
    },
  }
}

function maintenance(parts: ControlParts): Part<"clock"> & Part<"log"> & Part<"election"> {
  const { cluster } = parts
  return {
    "clock/skew": ({ node, ms }) => {
      nodeOf(cluster, node).skewClock(ms)
      note(parts, "clock/skew", { node, fields: { ms } })
      return null
    },
    "log/clean": async ({ topic, partition }) => {
      const replicas = replicasOf(cluster, topic, partition)
      if (!replicas.some(({ held }) => held.log.config.isCompacting)) {
        throw new ControlRefusal(`The topic ${topic} is not compacted: set cleanup.policy=compact first.`)
      }
      await Promise.all(replicas.map(({ manager, held }) => manager.clean(topic, held.index)))
      note(parts, "log/clean", { topic })
      return null
    },
    "log/retain": ({ topic, partition }) => {
      for (const { held } of replicasOf(cluster, topic, partition)) held.log.deleteOldSegments(held.highWatermark)
      note(parts, "log/retain", { topic })
      return null
    },
    "log/roll": ({ topic, partition }) => {
      for (const { held } of replicasOf(cluster, topic, partition)) held.log.roll()
      note(parts, "log/roll", { topic })
      return null
    },
    "election/run": async ({ topic, partition, kind }) => {
      if (!cluster.metadata.partition(topic, partition)) throw new ControlRefusal(`There is no ${topic}-${partition}.`)
      const electionType = kind === "unclean" ? UNCLEAN_ELECTION : PREFERRED_ELECTION
      const topicPartitions = [{ topic, partitions: [partition] }]
      const response = await anyBroker(cluster)?.services.controller.request(
        electLeaders,
        { electionType, topicPartitions, timeoutMs: ELECTION_LIMIT_MS },
        ELECTION_LIMIT_MS,
      )
      const answer = response?.replicaElectionResults[0]?.partitionResult[0]
      if (!answer) throw new ControlRefusal("No controller answers.")
      if (answer.errorCode !== 0) throw new ControlRefusal(answer.errorMessage ?? errorName(answer.errorCode))
      note(parts, "election/run", { topic, partition, fields: { kind } })
      return null
    },
  }
}

/** The replicas of a topic, or of one of its partitions, on all brokers that run. */
function replicasOf({ metadata, nodes }: Cluster, topic: string, partition?: number) {
  const image = metadata.topic(topic)
  if (!image) throw new ControlRefusal(`There is no topic ${topic}.`)
  const wanted = image.partitions.filter(({ index }) => partition === undefined || partition === index)
  return [...nodes.values()].flatMap(({ broker }) =>
    wanted.flatMap(({ index }) => {
      const manager = broker?.services.replicas
      const held = manager?.partition(topic, index)
      return manager && typeof held === "object" ? [{ manager, held }] : []
    }),
  )
}

function anyBroker({ metadata, nodes }: Cluster): Broker | undefined {
  return [...nodes.values()].find(({ id, state }) => state === "running" && metadata.isLive(id))?.broker
}

async function configure(cluster: Cluster, key: string, value: string): Promise<null> {
  const definition = brokerConfigs.get(key)
  if (!definition) throw new ControlRefusal(`There is no broker config "${key}".`)
  const refusal = refuseConfigValue(definition, value)
  if (refusal) throw new ControlRefusal(`${refusal}.`)
  if (!definition.dynamic) throw new ControlRefusal(`${key} can only be set at the start of a cluster (--config).`)
  const resource = { resourceType: ConfigResourceType.broker, resourceName: "" }
  const configs = [{ name: key, configOperation: 0, value }]
  const response = await anyBroker(cluster)?.services.controller.request(incrementalAlterConfigs, {
    resources: [{ ...resource, configs }],
    validateOnly: false,
  })
  const answer = response?.responses[0]
  if (!answer) throw new ControlRefusal("No controller answers.")
  if (answer.errorCode !== 0) throw new ControlRefusal(answer.errorMessage ?? errorName(answer.errorCode))
  return null
}

function nodeOf({ nodes }: Cluster, id: number | "clients"): Node {
  const node = id === "clients" ? undefined : nodes.get(id)
  if (node) return node
  throw new ControlRefusal(`There is no node ${id}: they are ${[...nodes.keys()].join(", ")}.`)
}

function note(
  { events }: ControlParts,
  type: string,
  about: {
    node?: number
    topic?: string
    partition?: number
    fields?: Readonly<Record<string, string | number | boolean>>
  },
): void {
  const { fields = {}, ...where } = about
  events.add({ atMs: Date.now(), type, ...where, fields })
}
