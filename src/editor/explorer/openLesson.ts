import * as vscode from "vscode"
import { lessonLanguage } from "../../l10n/catalogue"
import { lessonNotebookType } from "../notebook/lessonController"
import type { ReaderLanguage } from "../readerLanguage"
import type { BundledLessons } from "./bundledLessons"

/** Opens a bundled lesson as a notebook; asks which one where no id is given. */
export async function openLesson(lessons: BundledLessons, language: ReaderLanguage, id?: string): Promise<void> {
  const all = await lessons.all()
  const lesson = id === undefined ? await pickLesson(lessons, language) : all.find((known) => known.id === id)
  if (!lesson) return
  const uri = vscode.Uri.joinPath(lessons.folder, lesson.file)
  await vscode.commands.executeCommand("vscode.openWith", uri, lessonNotebookType)
}

async function pickLesson(lessons: BundledLessons, language: ReaderLanguage) {
  const shown = lessonLanguage(language.current)
  const items = (await lessons.all()).map((lesson) => ({
    label: lesson.frontMatter.title?.[shown] ?? lesson.file,
    detail: lesson.frontMatter.summary?.[shown] ?? "",
    lesson,
  }))
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Open a lesson"),
    matchOnDetail: true,
  })
  return picked?.lesson
}
