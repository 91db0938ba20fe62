import * as vscode from "vscode"
import type { Message } from "../../l10n/catalogue"
import type { MessageKey } from "../../l10n/en"
import type { RunStep } from "../../lesson/runPlan"
import type { BundledLessons } from "../explorer/bundledLessons"
import type { ProgressStore } from "../progress/lessonProgress"
import type { ReaderLanguage } from "../readerLanguage"
import { stubOf } from "./exerciseStub"
import type { LessonController } from "./lessonController"
import type { CellMetadata } from "./lessonSerializer"
import { lessonNotebookType } from "./lessonSerializer"
import { lessonIdOf, stepsOf } from "./openLessons"
import { resetTopics } from "./resetTopics"

type Exercise = Extract<RunStep, { kind: "exercise" }>

const SOLUTION_SCHEME = "logbook-solution"

/** Below an exercise: its hints one at a time, its check, its solution beside the reader's own, its first state. */
export function registerExerciseBar(
  lessons: BundledLessons,
  progress: ProgressStore,
  controller: LessonController,
  language: ReaderLanguage,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>()
  const command = (name: string, run: (cell: vscode.NotebookCell, exercise: Exercise) => Promise<void>) =>
    vscode.commands.registerCommand(`logbook.${name}`, async (given?: vscode.NotebookCell) => {
      const cell = given ?? activeCell()
      const exercise = cell && (await exerciseOf(cell))
      if (cell && exercise) await run(cell, exercise)
      else void vscode.window.showInformationMessage(vscode.l10n.t("Select an exercise's cell first."))
    })
  return vscode.Disposable.from(
    changed,
    progress.onDidChange(() => changed.fire()),
    language.onDidChange(() => changed.fire()),
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(lessonNotebookType, {
      onDidChangeCellStatusBarItems: changed.event,
      provideCellStatusBarItems: (cell) => itemsOf(cell, progress, language),
    }),
    vscode.workspace.registerTextDocumentContentProvider(SOLUTION_SCHEME, {
      provideTextDocumentContent: async (uri) => {
        const { notebook, exercise } = JSON.parse(uri.query) as { notebook: string; exercise: string }
        const open = vscode.workspace.notebookDocuments.find((known) => known.uri.toString() === notebook)
        const steps = open ? await stepsOf(open) : []
        const found = steps.find((step): step is Exercise => step.kind === "exercise" && step.cell === exercise)
        return found?.solution?.source ?? ""
      },
    }),
    command("nextHint", (cell, exercise) => showHint(cell, exercise, progress)),
    command("checkExercise", check),
    command("showSolution", compareSolution),
    command("resetExercise", async (cell, exercise) => {
      await resetCode(cell, (await stubOf(cell, lessons)) ?? exercise.stub.source)
      await resetTopics(cell.notebook, exercise, await stepsOf(cell.notebook), controller)
    }),
  )
}

async function itemsOf(cell: vscode.NotebookCell, progress: ProgressStore, language: ReaderLanguage) {
  const exercise = await exerciseOf(cell)
  if (!exercise) return []
  const shown = progress.of(lessonIdOf(cell.notebook) ?? "").hints[exercise.cell] ?? 0
  const hints = exercise.hints.length
  const nextHint: Message =
    shown < hints ? { key: "exercise.hint", values: { number: shown + 1, count: hints } } : { key: "exercise.hints" }
  const { catalogueLanguage, translateMessage } = await import("../late/lessonFormat")
  const words = catalogueLanguage(language.current)
  const item = (icon: string, message: Message, command: string, titleKey: MessageKey) => {
    const text = `$(${icon}) ${translateMessage(words, message)}`
    const title = translateMessage(words, { key: titleKey })
    const made = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left)
    made.command = { command: `logbook.${command}`, title, arguments: [cell] }
    made.tooltip = title
    made.accessibilityInformation = { label: title }
    return made
  }
  return [
    ...(exercise.checks.length > 0
      ? [item("check", { key: "exercise.check" }, "checkExercise", "exercise.runCheck")]
      : []),
    ...(hints > 0 ? [item("lightbulb", nextHint, "nextHint", "exercise.nextHint")] : []),
    ...(exercise.solution ? [item("diff", { key: "exercise.solution" }, "showSolution", "exercise.compare")] : []),
    item("discard", { key: "exercise.reset" }, "resetExercise", "exercise.bringBack"),
  ]
}

async function exerciseOf(cell: vscode.NotebookCell): Promise<Exercise | undefined> {
  const { block, name } = cell.metadata as Partial<CellMetadata>
  if (block !== "exercise") return undefined
  const steps = await stepsOf(cell.notebook)
  return steps.find((step): step is Exercise => step.kind === "exercise" && step.cell === name)
}

function activeCell(): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor
  return editor?.selection.isEmpty === false ? editor.notebook.cellAt(editor.selection.start) : undefined
}

/** The hint appears in the block below the exercise, which stays; here only how far the reader is. */
async function showHint(cell: vscode.NotebookCell, exercise: Exercise, progress: ProgressStore): Promise<void> {
  const lessonId = lessonIdOf(cell.notebook)
  if (lessonId === undefined) return
  await progress.change(lessonId, (before) => {
    const shown = Math.min((before.hints[exercise.cell] ?? 0) + 1, exercise.hints.length)
    return { ...before, hints: { ...before.hints, [exercise.cell]: shown } }
  })
}

async function check(cell: vscode.NotebookCell, exercise: Exercise): Promise<void> {
  const checks = cell.notebook
    .getCells()
    .filter(({ metadata }) => exercise.checks.includes((metadata as Partial<CellMetadata>).name ?? ""))
  const ranges = [cell, ...checks].map(({ index }) => ({ start: index, end: index + 1 }))
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: cell.notebook.uri })
}

async function compareSolution(cell: vscode.NotebookCell, exercise: Exercise): Promise<void> {
  const query = JSON.stringify({ notebook: cell.notebook.uri.toString(), exercise: exercise.cell })
  const solution = vscode.Uri.from({ scheme: SOLUTION_SCHEME, path: `/${exercise.cell}.ts`, query })
  const title = vscode.l10n.t("Your code ↔ one solution")
  await vscode.commands.executeCommand("vscode.diff", cell.document.uri, solution, title)
}

async function resetCode(cell: vscode.NotebookCell, stub: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit()
  const { document } = cell
  const whole = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end)
  edit.replace(document.uri, whole, stub)
  await vscode.workspace.applyEdit(edit)
}
