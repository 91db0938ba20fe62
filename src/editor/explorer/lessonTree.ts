import * as vscode from "vscode"
import type { LocalizedText } from "../../contract/language"
import { lessonLanguage } from "../../l10n/catalogue"
import type { ReaderLanguage } from "../readerLanguage"
import type { BundledLesson, BundledLessons } from "./bundledLessons"

/** The view "Lessons": titles in the reader's language, and how long each takes. */
export class LessonTree implements vscode.TreeDataProvider<BundledLesson>, vscode.Disposable {
  readonly #lessons: BundledLessons
  readonly #language: ReaderLanguage
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #subscription: vscode.Disposable

  constructor(lessons: BundledLessons, language: ReaderLanguage) {
    this.#lessons = lessons
    this.#language = language
    this.#subscription = language.onDidChange(() => this.#changed.fire())
  }

  async getChildren(lesson?: BundledLesson): Promise<BundledLesson[]> {
    return lesson ? [] : [...(await this.#lessons.all())]
  }

  getTreeItem({ id, file, frontMatter }: BundledLesson): vscode.TreeItem {
    const title = this.#text(frontMatter.title) ?? file
    const item = new vscode.TreeItem(title)
    item.id = id
    item.iconPath = new vscode.ThemeIcon("book")
    item.contextValue = "lesson"
    if (frontMatter.minutes !== undefined) item.description = vscode.l10n.t("{0} min", frontMatter.minutes)
    item.tooltip = new vscode.MarkdownString()
      .appendMarkdown("**")
      .appendText(title)
      .appendMarkdown("**\n\n")
      .appendText(this.#text(frontMatter.summary) ?? "")
    item.command = { command: "logbook.openLesson", title: vscode.l10n.t("Open Lesson"), arguments: [id] }
    item.accessibilityInformation = { label: [title, item.description].filter((part) => part).join(", ") }
    return item
  }

  dispose(): void {
    this.#subscription.dispose()
    this.#changed.dispose()
  }

  #text(text: LocalizedText | undefined): string | undefined {
    return text?.[lessonLanguage(this.#language.current)]
  }
}
