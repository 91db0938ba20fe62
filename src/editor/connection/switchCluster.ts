import * as vscode from "vscode"
import { lessonNotebookType } from "../notebook/lessonSerializer"
import { type ClusterChoices, connectionLabel } from "./clusterChoices"

/** The command that runs the lesson in front on another cluster: asks which one, or takes a connection file's URI. */
export function registerSwitchCluster(choices: ClusterChoices): vscode.Disposable {
  return vscode.commands.registerCommand("logbook.switchCluster", async (given?: unknown) => {
    const notebook = vscode.window.activeNotebookEditor?.notebook
    if (notebook?.notebookType !== lessonNotebookType) return
    const pick = given instanceof vscode.Uri ? { path: given.fsPath } : await pickCluster(choices, notebook)
    if (!pick) return
    try {
      await choices.choose(notebook, pick.path)
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error))
    }
  })
}

/** @returns undefined where the reader picks none; a pick without a path is the embedded cluster */
async function pickCluster(
  choices: ClusterChoices,
  notebook: vscode.NotebookDocument,
): Promise<{ readonly path?: string } | undefined> {
  const now = choices.fileOf(notebook)
  const mark = (path: string | undefined) => (path === now ? ` · ${vscode.l10n.t("shown now")}` : "")
  const items = [
    {
      label: vscode.l10n.t("Embedded cluster"),
      description: vscode.l10n.t("A Kafka cluster inside VS Code") + mark(undefined),
      pick: async () => ({}),
    },
    ...choices.known.map((connection) => ({
      label: connectionLabel(connection),
      description: connection.bootstrap + mark(connection.path),
      detail: connection.path,
      pick: async () => ({ path: connection.path }),
    })),
    {
      label: `$(folder-opened) ${vscode.l10n.t("Choose a connection file …")}`,
      detail: vscode.l10n.t("Kafka's client.properties; logbook.read.only and logbook.production may be set in it"),
      pick: pickFile,
    },
  ]
  const title = vscode.l10n.t("Which cluster does this lesson run on?")
  return await (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.pick()
}

async function pickFile(): Promise<{ readonly path: string } | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Choose a connection file …"),
      filters: { "client.properties": ["properties", "conf", "config"] },
    })) ?? []
  return file && { path: file.fsPath }
}
