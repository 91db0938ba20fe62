import * as vscode from "vscode"
import type { ControlMethod, ControlMethods } from "../../contract/control"
import type { FromRenderer, ToRenderer } from "../../contract/renderer"
import type { ClusterSnapshot } from "../../contract/snapshot"
import type { TraceEntry } from "../../contract/trace"
import type { ClusterChoices } from "../connection/clusterChoices"
import type { EmbeddedCluster } from "../connection/embeddedCluster"
import type { LessonClusters } from "../connection/lessonClusters"
import type { ReaderLanguage } from "../readerLanguage"
import { Frames } from "./frames"

/** The renderers of package.json that want to be told. */
const rendererIds = ["logbook-markdown", "logbook-outputs"]

/** Tells the webviews of open lessons what they show: the language, and the cluster frame by frame. */
export class RendererLink implements vscode.Disposable {
  readonly #clusters: LessonClusters
  readonly #choices: ClusterChoices
  readonly #language: ReaderLanguage
  readonly #channels: Channel[] = []
  readonly #followed = new Set<EmbeddedCluster>()
  /** By notebook and id: a webview that comes later gets them too. */
  readonly #recordings = new Map<vscode.NotebookDocument, Map<string, ToRenderer>>()
  readonly #progress = new Map<vscode.NotebookDocument, ToRenderer>()
  readonly #answered = new vscode.EventEmitter<{ notebook: vscode.NotebookDocument; block: string; choice: number }>()
  /** The reader chose an option of a question. */
  readonly onDidAnswer = this.#answered.event
  readonly #hintAsked = new vscode.EventEmitter<{
    notebook: vscode.NotebookDocument
    exercise: string
    count: number
  }>()
  /** The reader wants to see so many hints of an exercise. */
  readonly onDidAskHint = this.#hintAsked.event
  readonly #opened = new vscode.EventEmitter<vscode.NotebookDocument>()
  /** A webview shows this notebook for the first time. */
  readonly onDidOpen = this.#opened.event
  readonly #disposables: vscode.Disposable[] = [this.#answered, this.#hintAsked, this.#opened]

  constructor(clusters: LessonClusters, choices: ClusterChoices, language: ReaderLanguage) {
    this.#choices = choices
    this.#clusters = clusters
    this.#language = language
    for (const id of rendererIds) {
      const messaging = vscode.notebooks.createRendererMessaging(id)
      this.#disposables.push(
        messaging.onDidReceiveMessage(({ editor, message }) => this.#receive(messaging, editor, message)),
      )
    }
    this.#disposables.push(
      choices.onDidChange((notebook) => {
        for (const channel of this.#channels) if (channel.editor.notebook === notebook) channel.frames.offer()
      }),
      language.onDidChange((current) => this.#postAll({ type: "language", language: current })),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.#forget(notebook)),
    )
  }

  /** Sends to every webview that shows `notebook`. */
  post(notebook: vscode.NotebookDocument, message: ToRenderer): void {
    for (const channel of this.#channels) if (channel.editor.notebook === notebook) channel.post(message)
  }

  /** Shows what the reader has answered and run, now and in webviews that come later. */
  setProgress(notebook: vscode.NotebookDocument, message: ToRenderer): void {
    this.#progress.set(notebook, message)
    this.post(notebook, message)
  }

  /** Shows a recording in the pictures of its id, now and in webviews that come later. */
  record(notebook: vscode.NotebookDocument, id: string, entries: readonly TraceEntry[]): void {
    const message: ToRenderer = { type: "record", id, entries }
    const known = this.#recordings.get(notebook) ?? new Map<string, ToRenderer>()
    this.#recordings.set(notebook, known.set(id, message))
    this.post(notebook, message)
  }

  /** The pictures of a lesson's recordings are empty again. */
  forgetRecordings(notebook: vscode.NotebookDocument): void {
    const known = this.#recordings.get(notebook)?.keys() ?? []
    this.#recordings.delete(notebook)
    for (const id of known) this.post(notebook, { type: "record", id, entries: undefined })
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose()
    this.#channels.length = 0
  }

  #receive(messaging: vscode.NotebookRendererMessaging, editor: vscode.NotebookEditor, message: FromRenderer): void {
    // The markdown renderer runs in every notebook, and asks in every notebook.
    if (editor.notebook.notebookType !== "logbook-lesson") return
    switch (message.type) {
      case "ready":
        this.#welcome(messaging, editor)
        break
      case "drawn":
        this.#channelOf(messaging, editor)?.frames.acknowledge(message.frame)
        break
      case "act":
        void this.#act(editor.notebook, message.method as ControlMethod, message.params)
        break
      case "answer":
        this.#answered.fire({ notebook: editor.notebook, block: message.block, choice: message.choice })
        break
      case "hint":
        this.#hintAsked.fire({ notebook: editor.notebook, exercise: message.exercise, count: message.count })
        break
    }
  }

  /** A webview is there, for the first time or anew: it gets the whole last state. */
  #welcome(messaging: vscode.NotebookRendererMessaging, editor: vscode.NotebookEditor): void {
    const old = this.#channels.findIndex((channel) => channel.messaging === messaging && channel.editor === editor)
    if (old >= 0) this.#channels.splice(old, 1)
    const cluster = this.#clusters.of(editor.notebook)
    const channel = new Channel(messaging, editor, () =>
      // Of another cluster nothing is known here: the embedded one's picture would be a lie.
      this.#choices.fileOf(editor.notebook) === undefined ? cluster.snapshot : undefined,
    )
    this.#channels.push(channel)
    channel.post({ type: "language", language: this.#language.current })
    for (const message of this.#recordings.get(editor.notebook)?.values() ?? []) channel.post(message)
    const progress = this.#progress.get(editor.notebook)
    if (progress) channel.post(progress)
    else this.#opened.fire(editor.notebook)
    channel.frames.offer()
    this.#follow(cluster)
  }

  #follow(cluster: EmbeddedCluster): void {
    if (this.#followed.has(cluster)) return
    this.#followed.add(cluster)
    this.#disposables.push(
      cluster.onDidChange(() => {
        for (const channel of this.#channels) {
          if (this.#clusters.of(channel.editor.notebook) === cluster) channel.frames.offer()
        }
      }),
    )
  }

  async #act(notebook: vscode.NotebookDocument, method: ControlMethod, params: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted || !actions.has(method)) return
    if (this.#choices.fileOf(notebook) !== undefined) {
      void vscode.window.showErrorMessage(vscode.l10n.t("Only the embedded cluster can be broken."))
      return
    }
    try {
      await this.#clusters.of(notebook).request(method, params as ControlMethods[ControlMethod]["params"])
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error))
    }
  }

  #channelOf(messaging: vscode.NotebookRendererMessaging, editor: vscode.NotebookEditor): Channel | undefined {
    return this.#channels.find((channel) => channel.messaging === messaging && channel.editor === editor)
  }

  #postAll(message: ToRenderer): void {
    for (const channel of this.#channels) channel.post(message)
  }

  #forget(notebook: vscode.NotebookDocument): void {
    this.#recordings.delete(notebook)
    this.#progress.delete(notebook)
    for (let index = this.#channels.length - 1; index >= 0; index--) {
      if (this.#channels[index]?.editor.notebook === notebook) this.#channels.splice(index, 1)
    }
  }
}

/** What a diagram's buttons may do; nothing else that a page sends is done. */
const actions: ReadonlySet<string> = new Set<ControlMethod>([
  "node/kill",
  "node/stop",
  "node/pause",
  "node/resume",
  "node/start",
  "link/cut",
  "link/heal",
])

/** One webview. */
class Channel {
  readonly messaging: vscode.NotebookRendererMessaging
  readonly editor: vscode.NotebookEditor
  readonly frames: Frames

  constructor(
    messaging: vscode.NotebookRendererMessaging,
    editor: vscode.NotebookEditor,
    snapshot: () => ClusterSnapshot | undefined,
  ) {
    this.messaging = messaging
    this.editor = editor
    this.frames = new Frames(snapshot, (message) => this.post(message))
  }

  post(message: ToRenderer): void {
    void this.messaging.postMessage(message, this.editor)
  }
}
