import * as vscode from "vscode"
import { lessonLanguage } from "../../l10n/catalogue"
import { LessonFileSystem } from "../notebook/lessonFileSystem"
import { lessonNotebookType } from "../notebook/lessonSerializer"
import type { ReaderLanguage } from "../readerLanguage"
import type { BundledLessons } from "./bundledLessons"

interface Hit extends vscode.QuickPickItem {
  readonly uri: vscode.Uri
  readonly cell: number
}

/** Searches the text of all lessons in the reader's language, and opens the place that is chosen. */
export function registerLessonSearch(lessons: BundledLessons, language: ReaderLanguage): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("logbook.searchLessons", async () => {
      const hits = await allLines(lessons, language)
      const picked = await vscode.window.showQuickPick(hits, {
        title: vscode.l10n.t("Search in lessons"),
        placeHolder: vscode.l10n.t("A word or a term"),
        matchOnDescription: true,
        matchOnDetail: true,
      })
      if (picked) await openCell(picked.uri, picked.cell)
    }),
    vscode.commands.registerCommand("logbook.openSection", openCell),
  )
}

async function allLines(lessons: BundledLessons, language: ReaderLanguage): Promise<Hit[]> {
  const { languageBlocks } = await import("../late/lessonFormat")
  const shown = lessonLanguage(language.current)
  return (await lessons.all()).flatMap((lesson) =>
    lesson.prose.flatMap(({ cell, text }) =>
      languageBlocks(text)
        .filter(({ language: spoken }) => spoken === undefined || spoken === shown)
        .flatMap(({ text: prose }) => linesOf(prose))
        .map((line) => ({
          label: language.inScript(line),
          description: (lesson.frontMatter.title && language.textOf(lesson.frontMatter.title)) ?? lesson.file,
          uri: LessonFileSystem.uriOf(lesson.file),
          cell,
        })),
    ),
  )
}

/** Lines of prose without markup that says nothing to a reader. */
function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replaceAll(/<[^>]+>|^[#>\s|-]+|\*\*|`|\|\s*$/g, "").trim())
    .filter((line) => line.length > 3 && !/^[-|: ]+$/.test(line))
}

async function openCell(uri: vscode.Uri, cell: number): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", uri, lessonNotebookType)
  const editor = vscode.window.visibleNotebookEditors.find(({ notebook }) => notebook.uri.toString() === uri.toString())
  const range = new vscode.NotebookRange(cell, cell + 1)
  editor?.revealRange(range, vscode.NotebookEditorRevealType.AtTop)
  if (editor) editor.selection = range
}
