import * as vscode from "vscode"
import type { Question } from "../../lesson/question"
import { dueQuestions, nextReview, type ReviewedQuestion, reviewIntervalDays } from "../../lesson/reviewSchedule"
import type { BundledLessons } from "../explorer/bundledLessons"
import type { ReaderLanguage } from "../readerLanguage"
import type { ProgressStore } from "./lessonProgress"

export interface ReviewParts {
  readonly lessons: BundledLessons
  readonly language: ReaderLanguage
  readonly progress: ProgressStore
  readonly now: () => number
}

/** The command that asks a question of an earlier lesson again: the one given, or the one that has waited longest. */
export function registerReview(parts: ReviewParts): vscode.Disposable {
  return vscode.commands.registerCommand("logbook.review", async (given?: ReviewedQuestion) => {
    const { lessons, progress, now } = parts
    const asked = given ?? dueQuestions(progress.reviews(), now())[0]
    const question = asked && (await lessons.byId(asked.lesson))?.quizzes[asked.question]
    if (question) await ask(asked, question, parts)
    else void vscode.window.showInformationMessage(vscode.l10n.t("No question is due for review."))
  })
}

async function ask(asked: ReviewedQuestion, question: Question, { language, progress, now }: ReviewParts) {
  const items = question.options.map((option) => ({ label: language.textOf(option.text), option }))
  const title = vscode.l10n.t("Due for review")
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: language.textOf(question.text) })
  if (!picked) return
  const { answer, feedback } = picked.option
  const before = progress.of(asked.lesson).reviews[asked.question] ?? { stage: 0 }
  const review = nextReview(before, answer, now())
  await progress.change(asked.lesson, (known) => ({
    ...known,
    reviews: { ...known.reviews, [asked.question]: review },
  }))
  const openLesson = vscode.l10n.t("Open Lesson")
  const said = [answer ? vscode.l10n.t("Right.") : vscode.l10n.t("Not quite."), feedback && language.textOf(feedback)]
  const message = [...said, whenAgain(review.stage)].filter((part) => part).join(" ")
  // Not awaited: the message stays until the reader closes it.
  void vscode.window.showInformationMessage(message, openLesson).then((chosen) => {
    if (chosen) return vscode.commands.executeCommand("logbook.openLesson", asked.lesson)
  })
}

function whenAgain(stage: number): string {
  const days = reviewIntervalDays[stage]
  if (days === undefined) return vscode.l10n.t("You know this one for good.")
  return days === 1 ? vscode.l10n.t("It comes again tomorrow.") : vscode.l10n.t("It comes again in {0} days.", days)
}
