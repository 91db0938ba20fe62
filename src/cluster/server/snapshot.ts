import type { SubscribeParams } from "../../contract/control"
import type {
  ClientSnapshot,
  ClusterSnapshot,
  CommittedOffset,
  GroupSnapshot,
  NodeSnapshot,
  TransactionSnapshot,
} from "../../contract/snapshot"
import type { Cluster } from "../cluster"
import type { GroupView } from "../state/group/viewGroup"
import type { PartitionImage } from "../state/metadata/imageEntries"
import type { Partition } from "../state/replica/partition"
import { BrokerListeners } from "./brokerListeners"
import type { ClientNetwork } from "./clientNetwork"
import type { EventLog } from "./events"
import type { SnapshotSource } from "./subscriptions"
import { TopicSnapshots } from "./topicSnapshots"

/** What a summary leaves out. */
const LEFT_OUT_OF_SUMMARY = [
  "topics.*.configs",
  "topics.*.partitions",
  "groups.*.members",
  "groups.*.offsets",
  "clients",
]

/** The live state of a cluster as the plain JSON of the contract. */
export class SnapshotBuilder implements SnapshotSource {
  readonly #cluster: Cluster
  readonly #network: ClientNetwork
  readonly #events: EventLog
  readonly #topics: TopicSnapshots
  #revision = 0
  #changes = -1

  constructor(cluster: Cluster, network: ClientNetwork, events: EventLog) {
    this.#cluster = cluster
    this.#network = network
    this.#events = events
    this.#topics = new TopicSnapshots(cluster)
  }

  get revision(): number {
    let changes = this.#cluster.revision + this.#network.revision + this.#events.revision
    for (const { broker } of this.#cluster.nodes.values()) {
      changes += (broker?.services.groups.revision ?? 0) + (broker?.services.transactions.revision ?? 0)
    }
    // A broker that died takes its count along: only whether the sum is another one tells something.
    if (changes !== this.#changes) this.#revision++
    this.#changes = changes
    return this.#revision
  }

  build({ detail, topics, groups, transactions }: SubscribeParams): ClusterSnapshot {
    const isFull = detail === "full"
    const { clusterId, links } = this.#cluster
    return {
      revision: this.revision,
      atMs: Date.now(),
      source: "embedded",
      clusterId,
      unknown: isFull ? [] : LEFT_OUT_OF_SUMMARY,
      nodes: this.#nodes(),
      links: { ...links.faults(), ...this.#network.faults() },
      ...this.#quorum(),
      topics: isFull ? this.#topics.full(topics) : this.#topics.summary(topics),
      groups: this.#groups(isFull, groups),
      transactions: this.#transactions(transactions),
      clients: isFull ? this.#clients() : {},
    }
  }

  #nodes(): Record<string, NodeSnapshot> {
    const nodes: Record<string, NodeSnapshot> = {}
    for (const { id, roles, rack, state } of this.#cluster.nodes.values()) {
      const broker = this.#cluster.metadata.broker(id)
      const endpoint = broker?.endpoints[0]
      nodes[id] = {
        roles,
        host: endpoint?.host ?? "",
        port: endpoint?.port ?? -1,
        ...(rack === null ? {} : { rack }),
        state: state === "running" && broker?.fenced ? "fenced" : state,
        epoch: broker?.epoch ?? -1,
      }
    }
    return nodes
  }

  #quorum(): Pick<ClusterSnapshot, "quorum"> {
    const quorum = this.#cluster.quorum
    return quorum === undefined ? {} : { quorum }
  }

  #replica(brokerId: number, { topic, index }: PartitionImage): Partition | undefined {
    const replica = this.#cluster.nodes.get(brokerId)?.broker?.services.replicas.partition(topic, index)
    return typeof replica === "object" ? replica : undefined
  }

  #groups(isFull: boolean, wanted: readonly string[] | undefined): Record<string, GroupSnapshot> {
    const groups: Record<string, GroupSnapshot> = {}
    for (const { broker } of this.#cluster.nodes.values()) {
      const views = new Map(Object.entries(broker?.services.groups.view() ?? {}))
      for (const [id, view] of views) {
        if (wanted && !wanted.includes(id)) continue
        groups[id] = isFull ? this.#group(view) : summaryOf(view)
      }
    }
    return groups
  }

  #group(view: GroupView): GroupSnapshot {
    const offsets: Record<string, CommittedOffset> = {}
    for (const [key, { topic, partition, committed, metadata }] of Object.entries(view.offsets)) {
      const image = this.#cluster.metadata.partition(topic, partition)
      const end = image && this.#replica(image.leader, image)?.highWatermark
      // Lag of a partition without a leader is not known: -1, as kafka-consumer-groups prints a dash.
      offsets[key] = { committed, metadata, lag: end === undefined ? -1 : Math.max(0, end - committed) }
    }
    return { ...view, offsets }
  }

  #transactions(wanted: readonly string[] | undefined): Record<string, TransactionSnapshot> {
    const transactions: Record<string, TransactionSnapshot> = {}
    for (const { broker } of this.#cluster.nodes.values()) {
      for (const [id, view] of Object.entries(broker?.services.transactions.view() ?? {})) {
        if (!wanted || wanted.includes(id)) transactions[id] = view
      }
    }
    return transactions
  }

  #clients(): Record<string, ClientSnapshot> {
    const clients: Record<string, ClientSnapshot> = {}
    for (const { listeners } of this.#cluster.nodes.values()) {
      if (!(listeners instanceof BrokerListeners)) continue
      for (const [name, client] of listeners.clients) clients[name] = { ...client }
    }
    return clients
  }
}

function summaryOf(view: GroupView): GroupSnapshot {
  return { ...view, members: {}, memberCount: Object.keys(view.members).length, offsets: {} }
}
