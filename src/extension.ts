// Runs in the extension host: registers, and does nothing else until the reader does.
import * as vscode from "vscode"
import { LessonClusters } from "./editor/connection/lessonClusters"
import { BundledLessons } from "./editor/explorer/bundledLessons"
import { registerClusterCommands } from "./editor/explorer/clusterCommands"
import { ClusterTree } from "./editor/explorer/clusterTree"
import { LessonTree } from "./editor/explorer/lessonTree"
import { openLesson } from "./editor/explorer/openLesson"
import { showLanguageStatus } from "./editor/languageStatus"
import { LessonController, lessonNotebookType } from "./editor/notebook/lessonController"
import { reportLessonProblems } from "./editor/notebook/lessonProblems"
import { LessonSerializer } from "./editor/notebook/lessonSerializer"
import { RendererLink } from "./editor/notebook/rendererLink"
import { ReaderLanguage } from "./editor/readerLanguage"

export function activate({ extensionUri, subscriptions }: vscode.ExtensionContext): void {
  const language = new ReaderLanguage()
  const clusters = new LessonClusters()
  const lessons = new BundledLessons(extensionUri)
  const controller = new LessonController(clusters, language)
  const lessonTree = new LessonTree(lessons, language)
  const clusterTree = new ClusterTree(clusters)
  const renderers = new RendererLink(clusters, language)
  subscriptions.push(
    language,
    clusters,
    controller,
    lessonTree,
    clusterTree,
    renderers,
    controller.onDidRecord(({ notebook, id, entries }) => renderers.record(notebook, id, entries)),
    vscode.workspace.registerNotebookSerializer(lessonNotebookType, new LessonSerializer()),
    reportLessonProblems(),
    showLanguageStatus(language),
    vscode.window.registerTreeDataProvider("logbook.lessons", lessonTree),
    vscode.window.registerTreeDataProvider("logbook.clusters", clusterTree),
    registerClusterCommands(clusters, clusterTree),
    command("openLesson", (id?: string) => openLesson(lessons, language, id)),
    command("switchLanguage", () => language.pick()),
    command("toggleLanguage", () => language.toggle()),
    command("restartKernel", () => withActiveLesson((notebook) => controller.restart(notebook))),
  )
}

function command(name: string, run: (argument?: string) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(`logbook.${name}`, run)
}

async function withActiveLesson(run: (notebook: vscode.NotebookDocument) => Promise<void>): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook
  if (notebook?.notebookType === lessonNotebookType) await run(notebook)
}
