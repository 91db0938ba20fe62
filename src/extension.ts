// Runs in the extension host: registers, and does nothing else until the reader does.
import * as vscode from "vscode"
import { LessonClusters } from "./editor/connection/lessonClusters"
import { registerSwitchCluster } from "./editor/connection/switchCluster"
import { BundledLessons } from "./editor/explorer/bundledLessons"
import { registerClusterCommands } from "./editor/explorer/clusterCommands"
import { ClusterTree } from "./editor/explorer/clusterTree"
import { LessonTree } from "./editor/explorer/lessonTree"
import { registerLessonSearch } from "./editor/explorer/searchLessons"
import { VariableTree } from "./editor/explorer/variableTree"
import { showLanguageStatus } from "./editor/languageStatus"
import { registerDebugCell } from "./editor/notebook/debugCell"
import { decorateComments } from "./editor/notebook/decorateComments"
import { registerExerciseBar } from "./editor/notebook/exerciseBar"
import { registerLessonCommands } from "./editor/notebook/lessonCommands"
import { LessonController } from "./editor/notebook/lessonController"
import { LessonFileSystem, lessonScheme } from "./editor/notebook/lessonFileSystem"
import { reportLessonProblems } from "./editor/notebook/lessonProblems"
import { LessonSerializer, lessonNotebookType } from "./editor/notebook/lessonSerializer"
import { registerLessonLint } from "./editor/notebook/lintLessons"
import { recolourSamples, THEME_CHANGES } from "./editor/notebook/recolourSamples"
import { RendererLink } from "./editor/notebook/rendererLink"
import { PROGRESS_KEY, ProgressStore } from "./editor/progress/lessonProgress"
import { OutputStore, SYNCED_OUTPUTS_KEY } from "./editor/progress/outputStore"
import { registerReview } from "./editor/progress/reviewQuestion"
import { trackLessons } from "./editor/progress/trackLessons"
import { ReaderLanguage } from "./editor/readerLanguage"

export function activate(context: vscode.ExtensionContext): void {
  const { extensionUri, globalState, globalStorageUri, subscriptions, workspaceState } = context
  globalState.setKeysForSync([PROGRESS_KEY, SYNCED_OUTPUTS_KEY])
  const language = new ReaderLanguage()
  const progress = new ProgressStore(globalState)
  const outputs = new OutputStore(globalStorageUri, globalState, Date.now)
  const lessons = new BundledLessons(extensionUri)
  const files = new LessonFileSystem(lessons, globalStorageUri)
  const clusters = new LessonClusters()
  const controller = new LessonController(clusters, lessons, language, workspaceState)
  const renderers = new RendererLink(clusters, controller.choices, language)
  const lessonTree = new LessonTree(lessons, language, progress, Date.now)
  const clusterTree = new ClusterTree(clusters)
  const variableTree = new VariableTree(controller)

  subscriptions.push(language, progress, outputs, files, clusters, controller, renderers)
  subscriptions.push(lessonTree, clusterTree, variableTree)
  subscriptions.push(
    vscode.workspace.registerFileSystemProvider(lessonScheme, files, { isCaseSensitive: true }),
    vscode.workspace.registerNotebookSerializer(lessonNotebookType, new LessonSerializer(outputs), {
      transientOutputs: true,
      transientCellMetadata: { [THEME_CHANGES]: true },
    }),
    vscode.window.registerTreeDataProvider("logbook.lessons", lessonTree),
    vscode.window.registerTreeDataProvider("logbook.clusters", clusterTree),
    vscode.window.registerTreeDataProvider("logbook.variables", variableTree),
    controller.onDidRecord(({ notebook, id, entries }) => renderers.record(notebook, id, entries)),
    trackLessons(controller, renderers, progress, outputs, Date.now),
    reportLessonProblems(language),
    registerLessonLint(lessons, language),
    showLanguageStatus(language),
    decorateComments(language),
    recolourSamples(),
    registerExerciseBar(lessons, progress, controller, language),
    registerLessonCommands({ lessons, files, controller, renderers, progress, outputs, language }),
    registerDebugCell(controller),
    registerReview({ lessons, language, progress, now: Date.now }),
    registerLessonSearch(lessons, language),
    registerSwitchCluster(controller.choices),
    registerClusterCommands(clusters, clusterTree),
  )
}
