import * as vscode from "vscode"
import type { EmbeddedCluster } from "../connection/embeddedCluster"
import type { LessonClusters } from "../connection/lessonClusters"
import { type ClusterNode, childrenOf } from "./clusterNode"
import { clusterTreeItem, idOf } from "./clusterTreeItem"

/** A cluster changes up to 20 times a second; a tree that redraws as often cannot be read. */
const REDRAW_MS = 250

/** The view "Clusters": brokers, topics with their partitions, groups with their members, as they are now. */
export class ClusterTree implements vscode.TreeDataProvider<ClusterNode>, vscode.Disposable {
  readonly #clusters: LessonClusters
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #disposables: vscode.Disposable[]
  readonly #followed = new Map<EmbeddedCluster, vscode.Disposable>()
  #timer: NodeJS.Timeout | undefined

  constructor(clusters: LessonClusters) {
    this.#clusters = clusters
    this.#disposables = [clusters.onDidChange(() => this.#follow())]
    this.#follow()
  }

  getChildren(node?: ClusterNode): ClusterNode[] {
    if (node) return childrenOf(node)
    return this.#clusters.all
      .filter(({ cluster }) => cluster.state !== "stopped")
      .map(({ cluster, notebook }) => ({ kind: "cluster", cluster, ...(notebook && { notebook }) }))
  }

  getTreeItem(node: ClusterNode): vscode.TreeItem {
    const item = clusterTreeItem(node)
    const place = this.#clusters.all.findIndex(({ cluster }) => cluster === node.cluster)
    // The same id keeps a row open and selected while its text changes.
    item.id = `${place}/${idOf(node)}`
    return item
  }

  refresh(): void {
    this.#changed.fire()
  }

  dispose(): void {
    clearTimeout(this.#timer)
    vscode.Disposable.from(...this.#disposables, ...this.#followed.values(), this.#changed).dispose()
  }

  #follow(): void {
    const present = new Set(this.#clusters.all.map(({ cluster }) => cluster))
    for (const [cluster, subscription] of this.#followed) {
      if (present.has(cluster)) continue
      subscription.dispose()
      this.#followed.delete(cluster)
    }
    for (const cluster of present) {
      if (!this.#followed.has(cluster))
        this.#followed.set(
          cluster,
          cluster.onDidChange(() => this.#redrawSoon()),
        )
    }
    this.#redrawSoon()
  }

  #redrawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#changed.fire()
    }, REDRAW_MS)
  }
}
