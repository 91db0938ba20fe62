import * as vscode from "vscode"
import type { Review } from "../../lesson/reviewSchedule"

/** What a reader has done in one lesson. */
export interface LessonProgress {
  /** The option chosen per question, from 0; -1 where a guess was skipped. */
  readonly answers: Readonly<Record<string, number>>
  /** How many hints are shown per exercise. */
  readonly hints: Readonly<Record<string, number>>
  /** Whether the last run of a cell succeeded, by the cell's name. */
  readonly ran: Readonly<Record<string, boolean>>
  /** When each quiz that was answered is asked again, by the question's name. */
  readonly reviews: Readonly<Record<string, Review>>
}

const nothing: LessonProgress = { answers: {}, hints: {}, ran: {}, reviews: {} }

/** The entry of the extension's state that holds it, which settings sync takes along. */
export const PROGRESS_KEY = "progress"

/** Answers, guesses, hints and runs, by lesson id; travels with VS Code's settings sync. */
export class ProgressStore implements vscode.Disposable {
  readonly #state: vscode.Memento
  readonly #changed = new vscode.EventEmitter<string>()
  /** Fires with the lesson's id. */
  readonly onDidChange = this.#changed.event

  constructor(state: vscode.Memento) {
    this.#state = state
  }

  of(lessonId: string): LessonProgress {
    return { ...nothing, ...this.all()[lessonId] }
  }

  async change(lessonId: string, change: (progress: LessonProgress) => LessonProgress): Promise<void> {
    await this.#write({ ...this.all(), [lessonId]: change(this.of(lessonId)) }, lessonId)
  }

  async reset(lessonId: string): Promise<void> {
    const { [lessonId]: _, ...rest } = this.all()
    await this.#write(rest, lessonId)
  }

  /** The reviews of every lesson, by its id. */
  reviews(): Readonly<Record<string, LessonProgress["reviews"]>> {
    const all = Object.entries(this.all())
    return Object.fromEntries(all.map(([lesson, { reviews = {} }]) => [lesson, reviews]))
  }

  /** Forgets all lessons. */
  async resetAll(): Promise<void> {
    const lessons = Object.keys(this.all())
    await this.#state.update(PROGRESS_KEY, undefined)
    for (const lesson of lessons) this.#changed.fire(lesson)
  }

  /** By lesson id. */
  all(): Readonly<Record<string, Partial<LessonProgress>>> {
    return this.#state.get(PROGRESS_KEY, {})
  }

  dispose(): void {
    this.#changed.dispose()
  }

  async #write(all: Readonly<Record<string, Partial<LessonProgress>>>, lessonId: string): Promise<void> {
    await this.#state.update(PROGRESS_KEY, all)
    this.#changed.fire(lessonId)
  }
}
