import * as vscode from "vscode"
import { commentLines } from "../../lesson/commentPairs"
import type { ReaderLanguage } from "../readerLanguage"

/** Comments come in pairs, one per language; the one that the reader did not choose is dimmed, so that lines stay true. */
export function dimComments(language: ReaderLanguage): vscode.Disposable {
  const dimmed = vscode.window.createTextEditorDecorationType({ opacity: "0.35" })
  const decorate = (editors: readonly vscode.TextEditor[]) => {
    const { current } = language
    for (const editor of editors) {
      const { document } = editor
      if (document.languageId !== "logbook-typescript" && document.uri.scheme !== "vscode-notebook-cell") continue
      const others =
        current === "both"
          ? []
          : commentLines(document.getText()).filter(({ language: spoken }) => (spoken === "en") !== (current === "en"))
      editor.setDecorations(
        dimmed,
        others.map(({ line }) => document.lineAt(line).range),
      )
    }
  }
  const all = () => decorate(vscode.window.visibleTextEditors)
  all()
  return vscode.Disposable.from(
    dimmed,
    language.onDidChange(all),
    vscode.window.onDidChangeVisibleTextEditors(decorate),
    vscode.workspace.onDidChangeTextDocument(({ document }) =>
      decorate(vscode.window.visibleTextEditors.filter((editor) => editor.document === document)),
    ),
  )
}
