import * as vscode from "vscode"
import type { LocalizedText } from "../../contract/language"
import type { Question } from "../../lesson/question"
import { dueQuestions, type ReviewedQuestion } from "../../lesson/reviewSchedule"
import type { Section } from "../../lesson/sections"
import { LessonFileSystem } from "../notebook/lessonFileSystem"
import type { ProgressStore } from "../progress/lessonProgress"
import type { ReaderLanguage } from "../readerLanguage"
import type { BundledLesson, BundledLessons } from "./bundledLessons"

export type LessonNode =
  | { readonly kind: "reviews"; readonly questions: readonly ReviewNode[] }
  | ReviewNode
  | { readonly kind: "lesson"; readonly lesson: BundledLesson }
  | { readonly kind: "section"; readonly lesson: BundledLesson; readonly section: Section }

interface ReviewNode {
  readonly kind: "review"
  readonly asked: ReviewedQuestion
  readonly question: Question
  readonly lesson: BundledLesson
}

/** The view "Lessons": titles and sections in the reader's language, how long each takes, how far the reader is. */
export class LessonTree implements vscode.TreeDataProvider<LessonNode>, vscode.Disposable {
  readonly #lessons: BundledLessons
  readonly #language: ReaderLanguage
  readonly #progress: ProgressStore
  readonly #now: () => number
  readonly #changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #subscriptions: vscode.Disposable

  constructor(lessons: BundledLessons, language: ReaderLanguage, progress: ProgressStore, now: () => number) {
    this.#now = now
    this.#lessons = lessons
    this.#language = language
    this.#progress = progress
    this.#subscriptions = vscode.Disposable.from(
      language.onDidChange(() => this.#changed.fire()),
      progress.onDidChange(() => this.#changed.fire()),
      // A question may have come due since the reader was last here.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#changed.fire()
      }),
    )
  }

  async getChildren(node?: LessonNode): Promise<LessonNode[]> {
    if (!node) {
      const lessons = (await this.#lessons.all()).map((lesson) => ({ kind: "lesson", lesson }) as const)
      const questions = await this.#dueQuestions()
      return questions.length === 0 ? lessons : [{ kind: "reviews", questions }, ...lessons]
    }
    if (node.kind === "reviews") return [...node.questions]
    if (node.kind !== "lesson") return []
    return node.lesson.sections.map((section) => ({ kind: "section", lesson: node.lesson, section }))
  }

  getTreeItem(node: LessonNode): vscode.TreeItem {
    switch (node.kind) {
      case "reviews":
        return reviewsItem(node.questions.length)
      case "review":
        return this.#reviewItem(node)
      case "lesson":
        return this.#lessonItem(node.lesson)
      case "section":
        return this.#sectionItem(node.lesson, node.section)
    }
  }

  dispose(): void {
    this.#subscriptions.dispose()
    this.#changed.dispose()
  }

  async #dueQuestions(): Promise<ReviewNode[]> {
    const due = dueQuestions(this.#progress.reviews(), this.#now())
    const found = await Promise.all(
      due.map(async (asked): Promise<ReviewNode[]> => {
        const lesson = await this.#lessons.byId(asked.lesson)
        const question = lesson?.quizzes[asked.question]
        return lesson && question ? [{ kind: "review", asked, question, lesson }] : []
      }),
    )
    return found.flat()
  }

  #reviewItem({ asked, question, lesson }: ReviewNode): vscode.TreeItem {
    const text = this.#language.textOf(question.text)
    const item = new vscode.TreeItem(text)
    item.id = `review/${asked.lesson}/${asked.question}`
    item.iconPath = new vscode.ThemeIcon("question")
    item.description = this.#text(lesson.frontMatter.title) ?? ""
    item.tooltip = text
    item.command = { command: "logbook.review", title: vscode.l10n.t("Due for review"), arguments: [asked] }
    return item
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

function reviewsItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t("Due for review"), vscode.TreeItemCollapsibleState.Expanded)
  item.id = "reviews"
  item.iconPath = new vscode.ThemeIcon("history")
  item.description = String(count)
  return item
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
