import * as vscode from "vscode"
import type { EmbeddedCluster } from "../connection/embeddedCluster"

interface FaultItem extends vscode.QuickPickItem {
  readonly verb: string
}

/** Asks for a fault in the words of `logbook fault`, and injects it. `nodeId` is offered where the fault takes a node. */
export async function injectFault(cluster: EmbeddedCluster, nodeId?: number): Promise<void> {
  if (cluster.state !== "running") throw new Error(vscode.l10n.t("The cluster does not run: start it first."))
  const title = vscode.l10n.t("Inject a fault")
  const fault = await vscode.window.showQuickPick(faultItems(), { title, matchOnDetail: true })
  if (!fault) return
  // The command line and the editor understand the same words.
  const { parseFault } = await import("../late/processes")
  const takesNode = /^\S+ (NODE|BROKER)/.test(fault.label)
  const value = `${fault.verb} ${takesNode && nodeId !== undefined ? `${nodeId} ` : ""}`
  const line = await vscode.window.showInputBox({
    title,
    value,
    valueSelection: [value.length, value.length],
    prompt: vscode.l10n.t("It takes: {0}", fault.label),
    validateInput: (text) =>
      typeof parseFault(wordsOf(text)) === "string" ? vscode.l10n.t("It takes: {0}", fault.label) : undefined,
  })
  const call = line === undefined ? undefined : parseFault(wordsOf(line))
  if (call === undefined || typeof call === "string") return
  const [method, params] = call
  await cluster.request(method, params)
}

function wordsOf(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== "")
}

/** In the order of the command line's own help. */
function faultItems(): FaultItem[] {
  const node: readonly (readonly [string, string])[] = [
    ["kill NODE", vscode.l10n.t("Ends a node without a goodbye.")],
    ["stop NODE", vscode.l10n.t("Shuts a node down in order.")],
    ["pause NODE", vscode.l10n.t("Stops a node as a long garbage collection does.")],
    ["resume NODE", vscode.l10n.t("Lets a paused node go on.")],
    ["start NODE", vscode.l10n.t("Starts a node that is down.")],
  ]
  const network: readonly (readonly [string, string])[] = [
    ["cut A B", vscode.l10n.t("Cuts the link between two nodes, or between a node and clients.")],
    ["heal A B", vscode.l10n.t("Puts a link in order again.")],
    ["delay A B MS", vscode.l10n.t("Slows a link down.")],
    ["drop API [BROKER] [N]", vscode.l10n.t("Loses replies after the work is done.")],
    ["error API CODE N [MS]", vscode.l10n.t("Answers requests with an error code.")],
  ]
  const storage: readonly (readonly [string, string])[] = [
    ["freeze BROKER TOPIC-PARTITION", vscode.l10n.t("Keeps a follower from fetching a partition.")],
    ["unfreeze BROKER TOPIC-PARTITION", vscode.l10n.t("Lets a frozen follower fetch again.")],
    ["disk BROKER slow|full|fail|lose|ok", vscode.l10n.t("Breaks or mends a broker's disk.")],
    ["clock NODE MS", vscode.l10n.t("Sets a node's clock ahead or behind.")],
    [
      "run cleaner|retention|roll TOPIC[-PARTITION]",
      vscode.l10n.t("Runs the log cleaner, retention or a roll at once."),
    ],
    ["run election TOPIC-PARTITION [preferred|unclean]", vscode.l10n.t("Elects the leader of a partition anew.")],
  ]
  return [...node, ...network, ...storage].map(([label, detail]) => {
    const [verb = "", what = ""] = label.split(" ")
    return { label, detail, verb: verb === "run" && what === "election" ? "run election" : verb }
  })
}
