import * as vscode from "vscode"
import type { KernelVariable } from "../../contract/kernel"
import type { LessonController } from "../notebook/lessonController"

/** The view "Variables": what the lesson in front has declared so far. */
export class VariableTree implements vscode.TreeDataProvider<KernelVariable>, vscode.Disposable {
  readonly #controller: LessonController
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #subscriptions: vscode.Disposable

  constructor(controller: LessonController) {
    this.#controller = controller
    this.#subscriptions = vscode.Disposable.from(
      controller.onDidRun(() => this.#changed.fire()),
      controller.onDidRestart(() => this.#changed.fire()),
      vscode.window.onDidChangeActiveNotebookEditor(() => this.#changed.fire()),
    )
  }

  async getChildren(variable?: KernelVariable): Promise<KernelVariable[]> {
    const notebook = vscode.window.activeNotebookEditor?.notebook
    if (variable || !notebook) return []
    return [...(await this.#controller.variables(notebook))]
  }

  getTreeItem({ name, type, preview }: KernelVariable): vscode.TreeItem {
    const item = new vscode.TreeItem(name)
    item.id = name
    item.description = preview
    item.tooltip = `${name}: ${type}\n${preview}`
    item.iconPath = new vscode.ThemeIcon(type === "function" ? "symbol-method" : "symbol-variable")
    return item
  }

  dispose(): void {
    this.#subscriptions.dispose()
    this.#changed.dispose()
  }
}
