import * as vscode from "vscode"
import type { NodeState, PartitionSnapshot } from "../../contract/snapshot"
import type { ClusterNode, Folder } from "./clusterNode"

/** How a thing of the view "Clusters" looks: name, a few facts, icon, tooltip. */
export function clusterTreeItem(node: ClusterNode): vscode.TreeItem {
  switch (node.kind) {
    case "cluster":
      return clusterItem(node)
    case "folder":
      return folderItem(node)
    case "node":
      return nodeItem(node)
    case "topic":
      return topicItem(node)
    case "partition":
      return partitionItem(node)
    case "group":
      return groupItem(node)
    case "member":
      return memberItem(node)
    case "offset":
      return offsetItem(node)
    case "empty":
      return row(emptyText(node.folder), { icon: "circle-slash" })
  }
}

/** Tells things apart within their cluster, and stays the same from snapshot to snapshot. */
export function idOf(node: ClusterNode): string {
  switch (node.kind) {
    case "cluster":
      return "cluster"
    case "folder":
    case "empty":
      return `${node.kind}/${node.folder}`
    case "node":
      return `node/${node.id}`
    case "topic":
      return `topic/${node.topic}`
    case "partition":
      return `topic/${node.topic}/${node.partition}`
    case "group":
      return `group/${node.group}`
    case "member":
      return `group/${node.group}/member/${node.member}`
    case "offset":
      return `group/${node.group}/offset/${node.partition}`
  }
}

type Of<Kind extends ClusterNode["kind"]> = Extract<ClusterNode, { kind: Kind }>

function clusterItem({ cluster, notebook }: Of<"cluster">): vscode.TreeItem {
  const lesson = notebook?.uri.path
    .split("/")
    .at(-1)
    ?.replace(/\.kafka\.md$/, "")
  const label = lesson ? vscode.l10n.t("Cluster of {0}", lesson) : vscode.l10n.t("Embedded cluster")
  if (cluster.state === "starting") {
    return row(label, { description: vscode.l10n.t("starting …"), icon: "loading~spin", context: "cluster-starting" })
  }
  return row(label, {
    description: cluster.bootstrap ?? "",
    icon: "server-environment",
    context: "cluster",
    open: "expanded",
    tooltip: [label, cluster.bootstrap ?? "", vscode.l10n.t("Cluster id {0}", cluster.snapshot?.clusterId ?? "?")],
  })
}

function folderItem({ cluster, folder }: Of<"folder">): vscode.TreeItem {
  const { nodes = {}, topics = {}, groups = {} } = cluster.snapshot ?? {}
  const count = Object.keys({ nodes, topics, groups }[folder]).length
  const icon = { nodes: "server", topics: "list-tree", groups: "organization" }[folder]
  return row(folderName(folder), { description: String(count), icon, context: `folder-${folder}`, open: "expanded" })
}

function nodeItem({ cluster, id }: Of<"node">): vscode.TreeItem {
  const node = cluster.snapshot?.nodes[id]
  const roles = node?.roles.map((role) => (role === "broker" ? vscode.l10n.t("broker") : vscode.l10n.t("controller")))
  const state = node ? stateName(node.state) : ""
  const leads = cluster.snapshot?.quorum?.leaderId === id ? vscode.l10n.t("active controller") : ""
  return row(vscode.l10n.t("Node {0}", id), {
    description: [node ? `${node.host}:${node.port}` : "", state, leads].filter((part) => part !== "").join(" · "),
    icon: node?.state === "running" ? "vm-running" : node?.state === "paused" ? "debug-pause" : "vm-outline",
    context: `node-${node?.state ?? "unknown"}`,
    tooltip: [vscode.l10n.t("Node {0}", id), roles?.join(", ") ?? "", state, leads],
  })
}

function topicItem({ cluster, topic }: Of<"topic">): vscode.TreeItem {
  const found = cluster.snapshot?.topics[topic]
  const partitions = Object.values(found?.partitions ?? {})
  const records = partitions.reduce((sum, { highWatermark, logStart }) => sum + highWatermark - logStart, 0)
  const replicas = partitions[0]?.replicas.length ?? 0
  const configs = Object.entries(found?.configs ?? {}).map(([name, value]) => `${name} = ${value}`)
  return row(topic, {
    description: [
      partitions.length === 1 ? vscode.l10n.t("1 partition") : vscode.l10n.t("{0} partitions", partitions.length),
      records === 1 ? vscode.l10n.t("1 offset") : vscode.l10n.t("{0} offsets", records),
    ].join(" · "),
    icon: found?.internal ? "gear" : "output",
    context: found?.internal ? "topic-internal" : "topic",
    open: "collapsed",
    tooltip: [topic, vscode.l10n.t("Replication factor {0}", replicas), ...configs],
  })
}

function partitionItem({ cluster, topic, partition }: Of<"partition">): vscode.TreeItem {
  const found = cluster.snapshot?.topics[topic]?.partitions[partition]
  if (!found) return row(String(partition), { icon: "question" })
  const leader = found.leader < 0 ? vscode.l10n.t("no leader") : vscode.l10n.t("leader {0}", found.leader)
  const isSick = found.leader < 0 || found.isr.length < found.replicas.length
  return row(vscode.l10n.t("Partition {0}", partition), {
    description: `${leader} · ${vscode.l10n.t("offsets {0} to {1}", found.logStart, found.highWatermark)}`,
    icon: isSick ? "warning" : "symbol-array",
    context: "partition",
    tooltip: partitionFacts(found),
  })
}

function partitionFacts(found: PartitionSnapshot): string[] {
  const ends = Object.entries(found.logEnd).map(([broker, offset]) =>
    vscode.l10n.t("Log end on broker {0}: {1}", broker, offset),
  )
  return [
    vscode.l10n.t("Leader {0}, leader epoch {1}", found.leader, found.leaderEpoch),
    vscode.l10n.t("Replicas {0}", found.replicas.join(", ")),
    vscode.l10n.t("In sync {0}", found.isr.join(", ")),
    vscode.l10n.t("High watermark {0}", found.highWatermark),
    ...ends,
  ]
}

function groupItem({ cluster, group }: Of<"group">): vscode.TreeItem {
  const found = cluster.snapshot?.groups[group]
  const members = Object.keys(found?.members ?? {}).length
  const lag = Object.values(found?.offsets ?? {}).reduce((sum, offset) => sum + offset.lag, 0)
  return row(group, {
    description: [
      found?.state ?? "",
      members === 1 ? vscode.l10n.t("1 member") : vscode.l10n.t("{0} members", members),
      vscode.l10n.t("lag {0}", lag),
    ].join(" · "),
    icon: "organization",
    context: "group",
    open: "collapsed",
    tooltip: [
      group,
      vscode.l10n.t("Protocol {0}, epoch {1}", found?.protocol ?? "?", found?.epoch ?? "?"),
      found?.assignor ?? "",
    ],
  })
}

function memberItem({ cluster, group, member }: Of<"member">): vscode.TreeItem {
  const found = cluster.snapshot?.groups[group]?.members[member]
  const owned = found?.owned ?? []
  return row(found?.clientId || member, {
    description: owned.length === 0 ? vscode.l10n.t("owns nothing") : owned.join(", "),
    icon: "account",
    context: "member",
    tooltip: [member, found?.host ?? "", owned.join(", ")],
  })
}

function offsetItem({ cluster, group, partition }: Of<"offset">): vscode.TreeItem {
  const found = cluster.snapshot?.groups[group]?.offsets[partition]
  return row(partition, {
    description: vscode.l10n.t("committed {0} · lag {1}", found?.committed ?? "?", found?.lag ?? "?"),
    icon: "bookmark",
    context: "offset",
    tooltip: [partition, found?.metadata ?? ""],
  })
}

interface RowOptions {
  readonly description?: string
  readonly icon: string
  readonly context?: string
  readonly open?: "expanded" | "collapsed"
  /** Lines. */
  readonly tooltip?: readonly string[]
}

function row(label: string, { description, icon, context, open, tooltip }: RowOptions): vscode.TreeItem {
  const state = {
    expanded: vscode.TreeItemCollapsibleState.Expanded,
    collapsed: vscode.TreeItemCollapsibleState.Collapsed,
    none: vscode.TreeItemCollapsibleState.None,
  }[open ?? "none"]
  const item = new vscode.TreeItem(label, state)
  item.iconPath = new vscode.ThemeIcon(icon)
  if (description !== undefined) item.description = description
  if (context !== undefined) item.contextValue = context
  if (tooltip !== undefined) item.tooltip = tooltip.filter((line) => line !== "").join("\n")
  return item
}

function folderName(folder: Folder): string {
  switch (folder) {
    case "nodes":
      return vscode.l10n.t("Nodes")
    case "topics":
      return vscode.l10n.t("Topics")
    case "groups":
      return vscode.l10n.t("Consumer groups")
  }
}

function emptyText(folder: Folder): string {
  switch (folder) {
    case "nodes":
      return vscode.l10n.t("No nodes")
    case "topics":
      return vscode.l10n.t("No topics yet")
    case "groups":
      return vscode.l10n.t("No consumer groups yet")
  }
}

function stateName(state: NodeState): string {
  switch (state) {
    case "running":
      return vscode.l10n.t("running")
    case "paused":
      return vscode.l10n.t("paused")
    case "stopped":
      return vscode.l10n.t("shut down")
    case "dead":
      return vscode.l10n.t("dead")
    case "fenced":
      return vscode.l10n.t("fenced")
  }
}
