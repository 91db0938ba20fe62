import * as vscode from "vscode"
import type { ClusterOptions } from "../../contract/clusterOptions"
import type { LessonMetadata } from "../notebook/lessonSerializer"
import { EmbeddedCluster } from "./embeddedCluster"

/**
 * Which embedded cluster a lesson runs on: the window's one, or one of its own where it wants other nodes or configs,
 * or breaks things on purpose. Its own is stopped with its notebook.
 */
export class LessonClusters implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>()
  /** A cluster was added or went; each one's own changes are told by itself. */
  readonly onDidChange = this.#changed.event
  readonly shared = new EmbeddedCluster({ profile: "lessons" })
  readonly #own = new Map<string, { readonly notebook: vscode.NotebookDocument; readonly cluster: EmbeddedCluster }>()
  readonly #subscription: vscode.Disposable

  constructor() {
    this.#subscription = vscode.workspace.onDidCloseNotebookDocument((notebook) => this.#close(notebook))
  }

  of(notebook: vscode.NotebookDocument): EmbeddedCluster {
    const key = notebook.uri.toString()
    const known = this.#own.get(key)
    if (known) return known.cluster
    const options = ownOptions(notebook)
    if (!options) return this.shared
    const cluster = new EmbeddedCluster(options)
    this.#own.set(key, { notebook, cluster })
    this.#changed.fire()
    return cluster
  }

  /** Every cluster of this window, the shared one first, with the lesson that owns it. */
  get all(): readonly { readonly cluster: EmbeddedCluster; readonly notebook?: vscode.NotebookDocument }[] {
    return [{ cluster: this.shared }, ...this.#own.values()]
  }

  dispose(): void {
    this.#subscription.dispose()
    for (const { cluster } of this.all) cluster.dispose()
    this.#changed.dispose()
  }

  #close(notebook: vscode.NotebookDocument): void {
    const key = notebook.uri.toString()
    this.#own.get(key)?.cluster.dispose()
    if (this.#own.delete(key)) this.#changed.fire()
  }
}

/** The nodes and configs that every lesson gets that does not ask for others. */
const SHARED_BROKERS = 3
const SHARED_CONTROLLERS = 1

function ownOptions(notebook: vscode.NotebookDocument): ClusterOptions | undefined {
  const { cluster } = notebook.metadata as Partial<LessonMetadata>
  const brokers = cluster?.brokers ?? SHARED_BROKERS
  const controllers = cluster?.controllers === 3 ? 3 : SHARED_CONTROLLERS
  const configs = cluster?.configs ?? {}
  const ordinary = brokers === SHARED_BROKERS && controllers === SHARED_CONTROLLERS && Object.keys(configs).length === 0
  return ordinary && !breaksThings(notebook) ? undefined : { brokers, controllers, configs, profile: "lessons" }
}

/** A cell that takes `faults` from the kit kills nodes: other lessons must not feel it. */
function breaksThings(notebook: vscode.NotebookDocument): boolean {
  return notebook
    .getCells()
    .some((cell) => cell.kind === vscode.NotebookCellKind.Code && /\bfaults\b/.test(cell.document.getText()))
}
