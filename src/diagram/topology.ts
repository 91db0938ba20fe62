import type { ClusterSnapshot, NodeSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate, translateList } from "../l10n/catalogue"
import type { Diagram, DiagramTarget } from "./diagram"
import { Flowchart } from "./flowchart"
import { stateOf } from "./replication"

/** More topics than this make boxes that no longer fit beside each other. */
const SHOWN_TOPICS = 5
const SHOWN_CLIENTS = 6

/** The nodes and their roles, the partitions on them (★ where they lead), the clients, and the links that are cut. */
export function topology(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const nodes = Object.entries(snapshot.nodes).map(([id, node]) => ({ id: Number(id), node }))
  const only = target.topic === undefined ? undefined : String(target.topic)
  const view: TopologyView = {
    snapshot,
    nodes,
    topics: Object.keys(snapshot.topics)
      .filter((name) => (only === undefined ? !snapshot.topics[name]?.internal : name === only))
      .sort(),
    clients: groupClients(snapshot),
    language,
  }
  return draw(view).finish(describe(view), language)
}

interface TopologyView {
  readonly snapshot: ClusterSnapshot
  readonly nodes: readonly { readonly id: number; readonly node: NodeSnapshot }[]
  readonly topics: readonly string[]
  /** Client ids, and the brokers that each is connected to. */
  readonly clients: readonly { readonly clientId: string; readonly brokers: readonly number[] }[]
  readonly language: CatalogueLanguage
}

function groupClients(snapshot: ClusterSnapshot): TopologyView["clients"] {
  const byClient = new Map<string, Set<number>>()
  for (const { clientId, broker } of Object.values(snapshot.clients)) {
    byClient.set(clientId, (byClient.get(clientId) ?? new Set()).add(broker))
  }
  return [...byClient].map(([clientId, brokers]) => ({ clientId, brokers: [...brokers].sort() }))
}

function draw({ snapshot, nodes, topics, clients, language }: TopologyView): Flowchart {
  const chart = new Flowchart("TB")
  clients.slice(0, SHOWN_CLIENTS).forEach(({ clientId }, index) => {
    chart.node(`c${index}`, [clientId], "stadium", ["client"])
  })
  if (clients.length > SHOWN_CLIENTS) {
    const count = clients.length - SHOWN_CLIENTS
    chart.node("clients", [translate(language, "diagram.earlier", { count })], "stadium", ["client"])
  }
  for (const { id, node } of nodes) {
    chart.node(`n${id}`, nodeLabel(id, node, snapshot, topics, language), "box", ["node", node.state])
  }
  // Node by node, so that the row of the nodes has their order.
  for (const { id } of nodes) {
    const reaching = clients
      .slice(0, SHOWN_CLIENTS)
      .flatMap(({ brokers }, index) => (brokers.includes(id) ? [index] : []))
    for (const index of reaching) chart.link(`c${index}`, `n${id}`)
    // A node without clients stays in the row of the nodes.
    if (reaching.length === 0 && clients.length > 0) chart.link("c0", `n${id}`, "hidden")
  }
  for (const [link, state] of Object.entries(snapshot.links)) {
    const [a = "", b = ""] = link.split("-")
    const text =
      state === "cut"
        ? `✕ ${translate(language, "diagram.cut")}`
        : translate(language, "diagram.delayed", { ms: state })
    chart.node(`l${a}_${b}`, [`${a} – ${b}`, text], "round", ["fault"])
    for (const end of [a, b]) if (end !== "clients") chart.link(`n${end}`, `l${a}_${b}`, "dotted")
  }
  return chart
}

function nodeLabel(
  id: number,
  node: NodeSnapshot,
  snapshot: ClusterSnapshot,
  topics: readonly string[],
  language: CatalogueLanguage,
): string[] {
  const leads = snapshot.quorum?.leaderId === id
  const shown = topics.slice(0, SHOWN_TOPICS).flatMap((topic) => {
    const here = partitionsOn(id, snapshot, topic)
    return here.length === 0
      ? []
      : [`${topic}: ${here.map(({ n, isLeader }) => `${n}${isLeader ? "★" : ""}`).join(" ")}`]
  })
  const hidden = topics.length - SHOWN_TOPICS
  return [
    nodeName(id, node, language),
    [stateOf(node.state, language), leads ? translate(language, "diagram.active") : secondRole(node, language)]
      .filter((part) => part)
      .join(" · "),
    ...shown,
    ...(hidden > 0 ? [translate(language, "diagram.earlier", { count: hidden })] : []),
  ]
}

/** A broker that is a controller too says so; a controller alone is called one. */
function secondRole({ roles }: NodeSnapshot, language: CatalogueLanguage): string {
  return roles.length > 1 ? translate(language, "twin.roleController") : ""
}

function partitionsOn(id: number, snapshot: ClusterSnapshot, topic: string): { n: string; isLeader: boolean }[] {
  return Object.entries(snapshot.topics[topic]?.partitions ?? {})
    .filter(([, partition]) => partition.replicas.includes(id))
    .map(([n, partition]) => ({ n, isLeader: partition.leader === id }))
}

function nodeName(id: number, node: NodeSnapshot, language: CatalogueLanguage): string {
  if (node.roles.includes("broker")) return translate(language, "diagram.broker", { id })
  return translate(language, "diagram.controller", { id })
}

function describe({ snapshot, nodes, topics, clients, language }: TopologyView): string[] {
  const sentences = nodes.flatMap(({ id, node }) => {
    const roles = translateList(
      language,
      node.roles.map((role) => translate(language, role === "broker" ? "twin.roleBroker" : "twin.roleController")),
    )
    const leads = topics.flatMap((topic) =>
      partitionsOn(id, snapshot, topic)
        .filter(({ isLeader }) => isLeader)
        .map(({ n }) => `${topic}-${n}`),
    )
    return [
      translate(language, "twin.node", { id, roles, state: stateOf(node.state, language) }),
      leads.length > 0 ? translate(language, "twin.leads", { partitions: translateList(language, leads) }) : "",
    ]
  })
  for (const [link, state] of Object.entries(snapshot.links)) {
    const [a = "", b = ""] = link.split("-")
    sentences.push(
      state === "cut"
        ? translate(language, "twin.cut", { a, b })
        : translate(language, "twin.delayed", { a, b, ms: state }),
    )
  }
  for (const { clientId, brokers } of clients) {
    sentences.push(translate(language, "twin.clientOf", { client: clientId, broker: translateList(language, brokers) }))
  }
  return sentences
}
