import * as vscode from "vscode"
import type { LocalizedText } from "../../contract/language"
import type { Section } from "../../lesson/sections"
import { LessonFileSystem } from "../notebook/lessonFileSystem"
import type { ProgressStore } from "../progress/lessonProgress"
import type { ReaderLanguage } from "../readerLanguage"
import type { BundledLesson, BundledLessons } from "./bundledLessons"

export type LessonNode =
  | { readonly kind: "lesson"; readonly lesson: BundledLesson }
  | { readonly kind: "section"; readonly lesson: BundledLesson; readonly section: Section }

/** The view "Lessons": titles and sections in the reader's language, how long each takes, how far the reader is. */
export class LessonTree implements vscode.TreeDataProvider<LessonNode>, vscode.Disposable {
  readonly #lessons: BundledLessons
  readonly #language: ReaderLanguage
  readonly #progress: ProgressStore
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #subscriptions: vscode.Disposable

  constructor(lessons: BundledLessons, language: ReaderLanguage, progress: ProgressStore) {
    this.#lessons = lessons
    this.#language = language
    this.#progress = progress
    this.#subscriptions = vscode.Disposable.from(
      language.onDidChange(() => this.#changed.fire()),
      progress.onDidChange(() => this.#changed.fire()),
    )
  }

  async getChildren(node?: LessonNode): Promise<LessonNode[]> {
    if (!node) return (await this.#lessons.all()).map((lesson) => ({ kind: "lesson", lesson }))
    if (node.kind === "section") return []
    return node.lesson.sections.map((section) => ({ kind: "section", lesson: node.lesson, section }))
  }

  getTreeItem(node: LessonNode): vscode.TreeItem {
    return node.kind === "lesson" ? this.#lessonItem(node.lesson) : this.#sectionItem(node.lesson, node.section)
  }

  dispose(): void {
    this.#subscriptions.dispose()
    this.#changed.dispose()
  }

  #lessonItem(lesson: BundledLesson): vscode.TreeItem {
    const { id, file, frontMatter } = lesson
    const title = this.#text(frontMatter.title) ?? file
    const state = stateOf(lesson, this.#progress)
    const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Collapsed)
    item.id = id
    item.iconPath = new vscode.ThemeIcon(
      { notStarted: "circle-outline", inProgress: "circle-filled", done: "pass-filled" }[state],
      state === "done" ? new vscode.ThemeColor("testing.iconPassed") : undefined,
    )
    item.contextValue = "lesson"
    if (frontMatter.minutes !== undefined) item.description = vscode.l10n.t("{0} min", frontMatter.minutes)
    const name = stateName(state)
    item.tooltip = new vscode.MarkdownString()
      .appendMarkdown("**")
      .appendText(title)
      .appendMarkdown("**\n\n")
      .appendText(this.#text(frontMatter.summary) ?? "")
      .appendMarkdown("\n\n")
      .appendText([name, item.description, this.#requirements(frontMatter.requires)].filter((part) => part).join(" · "))
    item.command = { command: "logbook.openLesson", title: vscode.l10n.t("Open Lesson"), arguments: [id] }
    item.accessibilityInformation = { label: [title, name, item.description].filter((part) => part).join(", ") }
    return item
  }

  #sectionItem(lesson: BundledLesson, section: Section): vscode.TreeItem {
    const item = new vscode.TreeItem(this.#text(section.title) ?? "")
    item.id = `${lesson.id}/${section.line}`
    item.contextValue = "section"
    item.command = {
      command: "logbook.openSection",
      title: vscode.l10n.t("Open Lesson"),
      arguments: [LessonFileSystem.uriOf(lesson.file), section.cell],
    }
    return item
  }

  /** Shown, never forced. */
  #requirements(ids: readonly string[]): string {
    if (ids.length === 0) return ""
    return vscode.l10n.t("Best after: {0}", ids.join(", "))
  }

  #text(text: LocalizedText | undefined): string | undefined {
    return text && this.#language.textOf(text)
  }
}

type LessonState = "notStarted" | "inProgress" | "done"

/** Done is a lesson whose checks have all passed; one without checks, when all of its cells have run. */
function stateOf({ id, checks }: BundledLesson, progress: ProgressStore): LessonState {
  const { answers, ran } = progress.of(id)
  if (checks.length > 0 && checks.every((check) => ran[check] === true)) return "done"
  return Object.keys(ran).length > 0 || Object.keys(answers).length > 0 ? "inProgress" : "notStarted"
}

function stateName(state: LessonState): string {
  switch (state) {
    case "notStarted":
      return vscode.l10n.t("not started")
    case "inProgress":
      return vscode.l10n.t("in progress")
    case "done":
      return vscode.l10n.t("done")
  }
}
