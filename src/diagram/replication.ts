import type { ClusterSnapshot, PartitionSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate, translateList } from "../l10n/catalogue"
import { type Diagram, type DiagramTarget, emptyDiagram, numberOf } from "./diagram"
import { Flowchart } from "./flowchart"
import { logEndOf } from "./partitionLog"

/**
 * One partition's replicas: who leads in which epoch, who is in sync (ISR) or eligible (ELR), how far each replica's log
 * is, and what a waiting acks=all waits for.
 */
export function replication(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const topic = String(target.topic ?? "")
  const partition = numberOf(target.partition, 0)
  const found = snapshot.topics[topic]
  if (!found) return emptyDiagram(translate(language, "diagram.noTopic", { topic }))
  const log = found.partitions[partition]
  if (!log) return emptyDiagram(translate(language, "diagram.noPartition", { topic, partition }))
  const replicas = log.replicas.map((id) => replicaOf(id, log, snapshot))
  const view = { topic, partition, log, replicas, language }
  return draw(view).finish(describe(view), language)
}

interface Replica {
  readonly id: number
  readonly isLeader: boolean
  readonly sync: "inSync" | "eligible" | "outOfSync"
  readonly state: string
  /** Unknown while the broker is away. */
  readonly logEnd: number | undefined
}

interface ReplicationView {
  readonly topic: string
  readonly partition: number
  readonly log: PartitionSnapshot
  readonly replicas: readonly Replica[]
  readonly language: CatalogueLanguage
}

function replicaOf(id: number, log: PartitionSnapshot, snapshot: ClusterSnapshot): Replica {
  const sync = log.isr.includes(id) ? "inSync" : log.elr.includes(id) ? "eligible" : "outOfSync"
  const state = snapshot.nodes[id]?.state ?? "running"
  return { id, isLeader: id === log.leader, sync, state, logEnd: log.logEnd[id] }
}

function draw({ topic, partition, log, replicas, language }: ReplicationView): Flowchart {
  const chart = new Flowchart("TB")
  const highWatermark = translate(language, "diagram.highWatermark", { offset: log.highWatermark })
  const epoch = translate(language, "diagram.epoch", { epoch: log.leaderEpoch })
  const end = logEndOf(log)
  chart.node("head", [`${topic}-${partition} · ${epoch}`, highWatermark], "text", ["title"])
  const leader = replicas.find(({ isLeader }) => isLeader)
  for (const replica of replicas)
    chart.node(`b${replica.id}`, labelOf(replica, end, language), "box", classesOf(replica))
  for (const replica of replicas) {
    if (replica === leader) continue
    // A follower fetches from the leader: the records flow down.
    if (leader) chart.link(`b${leader.id}`, `b${replica.id}`, isAway(replica) ? "dotted" : "arrow")
    else chart.link("head", `b${replica.id}`, "hidden")
  }
  if (leader) chart.link("head", `b${leader.id}`, "hidden")
  if (leader && log.waiting.length > 0) {
    const lines = log.waiting.map(({ acks, requiredOffset }) =>
      translate(language, "diagram.waiting", { acks: acksName(acks), offset: requiredOffset }),
    )
    chart.node("waiting", [...new Set(lines)], "stadium", ["waiting"])
    chart.link("waiting", `b${leader.id}`, "dotted")
  }
  return chart
}

function labelOf(replica: Replica, end: number, language: CatalogueLanguage): string[] {
  const role = translate(language, replica.isLeader ? "diagram.leader" : "diagram.follower")
  const state = isAway(replica) ? stateOf(replica.state, language) : translate(language, `diagram.${replica.sync}`)
  const count = end - (replica.logEnd ?? end)
  const offset = replica.logEnd ?? "?"
  return [
    translate(language, "diagram.broker", { id: replica.id }),
    `${role} · ${state}`,
    translate(language, count > 0 ? "diagram.logEndBehind" : "diagram.logEnd", { offset, count }),
  ]
}

function classesOf(replica: Replica): string[] {
  return [replica.isLeader ? "leader" : "follower", replica.sync.toLowerCase(), ...(isAway(replica) ? ["away"] : [])]
}

function isAway({ state }: Replica): boolean {
  return state !== "running"
}

function describe({ topic, partition, log, replicas, language }: ReplicationView): string[] {
  const list = (ids: readonly number[]) => (ids.length === 0 ? "–" : translateList(language, ids))
  return [
    log.leader < 0
      ? translate(language, "twin.noLeader", { topic, partition })
      : translate(language, "twin.leader", { leader: log.leader, partition, topic, epoch: log.leaderEpoch }),
    translate(language, "twin.isr", { isr: list(log.isr) }),
    log.elr.length > 0 ? translate(language, "twin.elr", { elr: list(log.elr) }) : "",
    translate(language, "twin.highWatermark", { offset: log.highWatermark }),
    ...replicas.map((replica) =>
      translate(language, "twin.replica", {
        id: replica.id,
        role: translate(language, replica.isLeader ? "diagram.leader" : "diagram.follower"),
        sync: isAway(replica) ? stateOf(replica.state, language) : translate(language, `diagram.${replica.sync}`),
        offset: replica.logEnd ?? "?",
      }),
    ),
    ...log.waiting.map(({ acks, requiredOffset }) =>
      translate(language, "twin.waiting", { acks: acksName(acks), offset: requiredOffset }),
    ),
  ]
}

/** "running", "dead", … in the reader's language. */
export function stateOf(state: string, language: CatalogueLanguage): string {
  switch (state) {
    case "running":
    case "paused":
    case "stopped":
    case "dead":
    case "fenced":
      return translate(language, `diagram.state.${state}`)
    default:
      return state
  }
}

/** On the wire acks=all is -1. */
function acksName(acks: number): string {
  return acks === -1 ? "all" : String(acks)
}
