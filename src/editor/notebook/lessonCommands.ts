import * as vscode from "vscode"
import type { BundledLesson, BundledLessons } from "../explorer/bundledLessons"
import { exportProgress } from "../progress/exportProgress"
import type { ProgressStore } from "../progress/lessonProgress"
import type { OutputStore } from "../progress/outputStore"
import type { ReaderLanguage } from "../readerLanguage"
import { clearLesson, showTab } from "./clearLesson"
import type { LessonController } from "./lessonController"
import { LessonFileSystem, lessonScheme } from "./lessonFileSystem"
import { lessonNotebookType } from "./lessonSerializer"
import { lessonIdOf } from "./openLessons"
import type { RendererLink } from "./rendererLink"

export interface LessonCommandParts {
  readonly lessons: BundledLessons
  readonly files: LessonFileSystem
  readonly controller: LessonController
  readonly renderers: RendererLink
  readonly progress: ProgressStore
  readonly outputs: OutputStore
  readonly language: ReaderLanguage
}

/** The commands that open, change and reset lessons. */
export function registerLessonCommands(parts: LessonCommandParts): vscode.Disposable {
  const { lessons, controller, progress, language } = parts
  const command = (name: string, run: (argument?: unknown) => unknown) =>
    vscode.commands.registerCommand(`logbook.${name}`, run)
  return vscode.Disposable.from(
    command("openLesson", (id) => openLesson(lessons, language, idOf(id))),
    command("nextLesson", () => openNext(lessons, language)),
    command("resetLesson", (item) => resetLesson(parts, idOf(item))),
    command("restartKernel", () => withActiveLesson((notebook) => controller.restart(notebook))),
    command("restartAndRunAll", () =>
      withActiveLesson(async (notebook) => {
        await controller.restart(notebook)
        await vscode.commands.executeCommand("notebook.execute", notebook.uri)
      }),
    ),
    command("exportProgress", async () => {
      const content = await exportProgress(progress, parts.outputs)
      const document = await vscode.workspace.openTextDocument({ language: "json", content })
      await vscode.window.showTextDocument(document)
    }),
    command("resetProgress", () => resetProgress(parts)),
    command("switchLanguage", () => language.pick()),
    command("toggleLanguage", () => language.toggle()),
  )
}

/** A command gets an id from our own links, and the lesson itself from the view's menus. */
function idOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument
  const { lesson } = (argument ?? {}) as { lesson?: BundledLesson }
  return lesson?.id
}

/** Opens a bundled lesson as a notebook; asks which one where no id is given. */
async function openLesson(lessons: BundledLessons, language: ReaderLanguage, id?: string): Promise<void> {
  const lesson = id === undefined ? await pickLesson(lessons, language) : await lessons.byId(id)
  if (lesson) await show(lesson)
}

async function show(lesson: BundledLesson): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", LessonFileSystem.uriOf(lesson.file), lessonNotebookType)
}

async function pickLesson(lessons: BundledLessons, language: ReaderLanguage): Promise<BundledLesson | undefined> {
  const items = (await lessons.all()).map((lesson) => ({
    label: (lesson.frontMatter.title && language.textOf(lesson.frontMatter.title)) ?? lesson.file,
    detail: (lesson.frontMatter.summary && language.textOf(lesson.frontMatter.summary)) ?? "",
    lesson,
  }))
  const title = vscode.l10n.t("Open a lesson")
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.lesson
}

async function openNext(lessons: BundledLessons, language: ReaderLanguage): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook
  const all = await lessons.all()
  const at = all.findIndex(({ id }) => notebook && id === lessonIdOf(notebook))
  const next = all[at + 1]
  if (next) return await show(next)
  void vscode.window.showInformationMessage(vscode.l10n.t("That was the last lesson."))
  await openLesson(lessons, language)
}

async function resetLesson(parts: LessonCommandParts, id?: string) {
  const { lessons, files, controller, renderers, progress, outputs } = parts
  const active = vscode.window.activeNotebookEditor?.notebook
  const lessonId = id ?? (active && lessonIdOf(active))
  const lesson = lessonId === undefined ? undefined : await lessons.byId(lessonId)
  if (!lesson) return
  const reset = vscode.l10n.t("Reset")
  const question = vscode.l10n.t("Reset this lesson? Your changes, outputs and answers in it are dropped.")
  if ((await vscode.window.showWarningMessage(question, { modal: true }, reset)) !== reset) return
  const uri = LessonFileSystem.uriOf(lesson.file)
  const open = vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.toString() === uri.toString())
  if (open) {
    await controller.restart(open)
    await vscode.window.showNotebookDocument(open)
    await clearLesson(open, renderers)
    // A document with unsaved changes keeps them when its file changes.
    if (open.isDirty) await vscode.commands.executeCommand("workbench.action.files.revert")
  }
  await files.reset(uri)
  await outputs.forget(lesson.id)
  await progress.reset(lesson.id)
}

/** Answers, guesses, hints, runs and reviews of all lessons, and what their cells showed; the reader's code stays. */
async function resetProgress({ renderers, progress, outputs }: LessonCommandParts): Promise<void> {
  const reset = vscode.l10n.t("Reset")
  const question = vscode.l10n.t(
    "Reset the progress of all lessons? Answers, guesses, hints, reviews and kept outputs are dropped.",
  )
  if ((await vscode.window.showWarningMessage(question, { modal: true }, reset)) !== reset) return
  const { activeTab } = vscode.window.tabGroups.activeTabGroup
  for (const notebook of vscode.workspace.notebookDocuments) {
    if (notebook.notebookType === lessonNotebookType) await clearLesson(notebook, renderers)
  }
  if (activeTab) await showTab(activeTab)
  await progress.resetAll()
  // Last: a lesson whose outputs go writes down that it shows none.
  await outputs.forgetAll()
}

async function withActiveLesson(run: (notebook: vscode.NotebookDocument) => Promise<void>): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook
  if (notebook?.notebookType === lessonNotebookType) await run(notebook)
}

/** Whether a notebook is a bundled lesson, not a file of the reader's own. */
export function isBundled(notebook: vscode.NotebookDocument): boolean {
  return notebook.uri.scheme === lessonScheme
}
