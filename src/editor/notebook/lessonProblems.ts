import * as vscode from "vscode"
import type { ReaderLanguage } from "../readerLanguage"
import type { LessonMetadata } from "./lessonSerializer"

/** Says what of an opened lesson could not be understood, and where; nothing of it is lost on saving. */
export function reportLessonProblems(language: ReaderLanguage): vscode.Disposable {
  return vscode.workspace.onDidOpenNotebookDocument(async (notebook) => {
    if (notebook.notebookType !== "logbook-lesson") return
    const problems = (notebook.metadata as Partial<LessonMetadata>).problems ?? []
    const [first] = problems
    if (!first) return
    const { catalogueLanguage, translateMessage } = await import("../late/lessonFormat")
    const message = translateMessage(catalogueLanguage(language.current), first.message)
    const name = notebook.uri.path.split("/").at(-1) ?? ""
    const sentence =
      problems.length === 1
        ? vscode.l10n.t("{0}, line {1}: {2}.", name, first.line, message)
        : vscode.l10n.t("{0}, line {1}: {2}. {3} more problems follow.", name, first.line, message, problems.length - 1)
    const openText = vscode.l10n.t("Open as Text")
    // Not awaited: the message stays until the reader closes it.
    void vscode.window.showWarningMessage(sentence, openText).then((picked) => {
      if (picked === openText) return openAsText(notebook.uri, first.line)
    })
  })
}

async function openAsText(uri: vscode.Uri, line: number): Promise<void> {
  const position = new vscode.Position(line - 1, 0)
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) })
}
