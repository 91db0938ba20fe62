import * as vscode from "vscode"
import type { ControlMethod } from "../../contract/control"
import type { EmbeddedCluster } from "../connection/embeddedCluster"
import type { LessonClusters } from "../connection/lessonClusters"
import type { ClusterNode } from "./clusterNode"
import type { ClusterTree } from "./clusterTree"
import { injectFault } from "./injectFault"

/** The commands of the view "Clusters", and the context key that decides which are offered. */
export function registerClusterCommands(clusters: LessonClusters, tree: ClusterTree): vscode.Disposable {
  const { shared } = clusters
  const of = (node: ClusterNode | undefined): EmbeddedCluster => node?.cluster ?? shared
  const command = (name: string, run: (node?: ClusterNode) => unknown) =>
    vscode.commands.registerCommand(`logbook.${name}`, async (node?: ClusterNode) => {
      try {
        await run(node)
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error))
      }
    })
  const onNode = (name: string, method: NodeMethod) =>
    command(name, async (node) => {
      if (node?.kind === "node") await node.cluster.request(method, { id: node.id })
    })
  return vscode.Disposable.from(
    command("startCluster", (node) => startWithProgress(of(node))),
    command("stopCluster", (node) => of(node).stop()),
    command("refreshClusters", async () => {
      await Promise.all(clusters.all.map(({ cluster }) => cluster.refresh()))
      tree.refresh()
    }),
    command("copyBootstrap", (node) => vscode.env.clipboard.writeText(of(node).bootstrap ?? "")),
    command("injectFault", (node) => injectFault(of(node), node?.kind === "node" ? node.id : undefined)),
    onNode("killNode", "node/kill"),
    onNode("stopNode", "node/stop"),
    onNode("pauseNode", "node/pause"),
    onNode("resumeNode", "node/resume"),
    onNode("startNode", "node/start"),
    followState(shared),
  )
}

type NodeMethod = Extract<ControlMethod, `node/${string}`>

/** The key of the `when` clauses in package.json; set only where it changes. */
function followState(cluster: EmbeddedCluster): vscode.Disposable {
  let known: string = cluster.state
  return cluster.onDidChange(() => {
    if (cluster.state === known) return
    known = cluster.state
    void vscode.commands.executeCommand("setContext", "logbook.cluster", known)
  })
}

async function startWithProgress(cluster: EmbeddedCluster): Promise<void> {
  await vscode.window.withProgress(
    { location: { viewId: "logbook.clusters" }, title: vscode.l10n.t("Starting the embedded Kafka cluster") },
    () => cluster.start(),
  )
}
