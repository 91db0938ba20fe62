import type * as vscode from "vscode"
import type { EmbeddedCluster } from "../connection/embeddedCluster"

/** What stands in the view "Clusters". Each is found again in the next snapshot by its `path`. */
export type ClusterNode =
  | { readonly kind: "cluster"; readonly cluster: EmbeddedCluster; readonly notebook?: vscode.NotebookDocument }
  | { readonly kind: "folder"; readonly cluster: EmbeddedCluster; readonly folder: Folder }
  | { readonly kind: "node"; readonly cluster: EmbeddedCluster; readonly id: number }
  | { readonly kind: "topic"; readonly cluster: EmbeddedCluster; readonly topic: string }
  | {
      readonly kind: "partition"
      readonly cluster: EmbeddedCluster
      readonly topic: string
      readonly partition: number
    }
  | { readonly kind: "group"; readonly cluster: EmbeddedCluster; readonly group: string }
  | { readonly kind: "member"; readonly cluster: EmbeddedCluster; readonly group: string; readonly member: string }
  | { readonly kind: "offset"; readonly cluster: EmbeddedCluster; readonly group: string; readonly partition: string }
  | { readonly kind: "empty"; readonly cluster: EmbeddedCluster; readonly folder: Folder }

export type Folder = "nodes" | "topics" | "groups"

/** The things below `node`; nothing while its cluster does not run. */
export function childrenOf(node: ClusterNode): ClusterNode[] {
  const { cluster } = node
  const { snapshot } = cluster
  if (!snapshot) return []
  switch (node.kind) {
    case "cluster":
      return folders.map((folder) => ({ kind: "folder", cluster, folder }))
    case "folder":
      return contentsOf(node.folder, node)
    case "topic": {
      const partitions = Object.keys(snapshot.topics[node.topic]?.partitions ?? {}).map(Number)
      return partitions
        .sort((left, right) => left - right)
        .map((partition) => ({ kind: "partition", cluster, topic: node.topic, partition }))
    }
    case "group": {
      const group = snapshot.groups[node.group]
      const members = Object.keys(group?.members ?? {}).sort()
      const partitions = Object.keys(group?.offsets ?? {}).sort()
      return [
        ...members.map((member): ClusterNode => ({ kind: "member", cluster, group: node.group, member })),
        ...partitions.map((partition): ClusterNode => ({ kind: "offset", cluster, group: node.group, partition })),
      ]
    }
    case "node":
    case "partition":
    case "member":
    case "offset":
    case "empty":
      return []
  }
}

const folders: readonly Folder[] = ["nodes", "topics", "groups"]

function contentsOf(folder: Folder, { cluster }: ClusterNode): ClusterNode[] {
  const { snapshot } = cluster
  if (!snapshot) return []
  const found = ((): ClusterNode[] => {
    switch (folder) {
      case "nodes":
        return Object.keys(snapshot.nodes).map((id) => ({ kind: "node", cluster, id: Number(id) }))
      case "topics":
        // Kafka's own topics stand last.
        return Object.entries(snapshot.topics)
          .sort(([left, a], [right, b]) => Number(a.internal) - Number(b.internal) || left.localeCompare(right))
          .map(([topic]) => ({ kind: "topic", cluster, topic }))
      case "groups":
        return Object.keys(snapshot.groups)
          .sort()
          .map((group) => ({ kind: "group", cluster, group }))
    }
  })()
  return found.length === 0 ? [{ kind: "empty", cluster, folder }] : found
}
