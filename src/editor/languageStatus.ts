import * as vscode from "vscode"
import { languageName, type ReaderLanguage } from "./readerLanguage"

/** The status bar's entry for the language of lessons; there while a lesson is in front. */
export function showLanguageStatus(language: ReaderLanguage): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("logbook.language", vscode.StatusBarAlignment.Right, 100)
  item.name = vscode.l10n.t("Language of the lessons")
  item.tooltip = vscode.l10n.t("Logbook: choose the language of the lessons")
  item.command = "logbook.switchLanguage"
  const update = () => {
    item.text = `$(globe) ${languageName(language.current)}`
    if (vscode.window.activeNotebookEditor?.notebook.notebookType === "logbook-lesson") item.show()
    else item.hide()
  }
  update()
  return vscode.Disposable.from(
    item,
    language.onDidChange(update),
    vscode.window.onDidChangeActiveNotebookEditor(update),
  )
}
