import * as vscode from "vscode"
import { type CommentLine, commentLines } from "../../lesson/commentPairs"
import type { ReaderLanguage } from "../readerLanguage"

/**
 * Comments come in pairs, one per language. The one that the reader did not choose is dimmed, so that lines stay true;
 * for those who read 繁體 the Chinese one is shown in it, and in the line of the cursor as it is written.
 */
export function decorateComments(language: ReaderLanguage): vscode.Disposable {
  const dimmed = vscode.window.createTextEditorDecorationType({ opacity: "0.35" })
  // Whoever needs high contrast reads nothing at a third of it.
  const lessDimmed = vscode.window.createTextEditorDecorationType({ opacity: "0.65" })
  // VS Code hides text by no property of its own: `textDecoration` goes into the style sheet as it stands here.
  const replaced = vscode.window.createTextEditorDecorationType({ textDecoration: "none; display: none;" })
  const decorate = (editors: readonly vscode.TextEditor[]) => {
    const { current } = language
    for (const editor of editors) {
      const { document } = editor
      if (document.languageId !== "logbook-typescript" && document.uri.scheme !== "vscode-notebook-cell") continue
      const comments = commentLines(document.getText())
      const isOther = (comment: CommentLine) => current !== "both" && (comment.language === "en") !== (current === "en")
      const others = comments.filter(isOther).map(({ line }) => document.lineAt(line).range)
      editor.setDecorations(dimmed, isHighContrast() ? [] : others)
      editor.setDecorations(lessDimmed, isHighContrast() ? others : [])
      editor.setDecorations(replaced, current === "zh-tw" ? inTraditional(editor, comments, language) : [])
    }
  }
  const all = () => decorate(vscode.window.visibleTextEditors)
  all()
  return vscode.Disposable.from(
    dimmed,
    lessDimmed,
    replaced,
    vscode.window.onDidChangeActiveColorTheme(all),
    language.onDidChange(all),
    vscode.window.onDidChangeVisibleTextEditors(decorate),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (language.current === "zh-tw") decorate([textEditor])
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) =>
      decorate(vscode.window.visibleTextEditors.filter((editor) => editor.document === document)),
    ),
  )
}

function isHighContrast(): boolean {
  const { kind } = vscode.window.activeColorTheme
  return kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight
}

/** What 繁體 writes in another way, beside the text that it stands for. */
function inTraditional(
  { document, selections }: vscode.TextEditor,
  comments: readonly CommentLine[],
  language: ReaderLanguage,
): vscode.DecorationOptions[] {
  return comments.flatMap(({ line, text, language: spoken }): vscode.DecorationOptions[] => {
    const contentText = language.inScript(text)
    if (spoken === "en" || contentText === text) return []
    const { end } = document.lineAt(line).range
    const range = new vscode.Range(end.translate(0, -text.length), end)
    // An untouched editor's cursor stands at its beginning: nobody writes there.
    const isWritten = selections.some((selection) => !selection.end.isEqual(start) && selection.intersection(range))
    return isWritten ? [] : [{ range, renderOptions: { before: { contentText } } }]
  })
}

const start = new vscode.Position(0, 0)
