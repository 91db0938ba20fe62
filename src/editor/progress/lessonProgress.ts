import * as vscode from "vscode"

/** What a reader has done in one lesson. */
export interface LessonProgress {
  /** The option chosen per question, from 0; -1 where a guess was skipped. */
  readonly answers: Readonly<Record<string, number>>
  /** How many hints are shown per exercise. */
  readonly hints: Readonly<Record<string, number>>
  /** Whether the last run of a cell succeeded, by the cell's name. */
  readonly ran: Readonly<Record<string, boolean>>
}

const nothing: LessonProgress = { answers: {}, hints: {}, ran: {} }
const KEY = "progress"

/** Answers, guesses, hints and runs, by lesson id; travels with VS Code's settings sync. */
export class ProgressStore implements vscode.Disposable {
  readonly #state: vscode.Memento
  readonly #changed = new vscode.EventEmitter<string>()
  /** Fires with the lesson's id. */
  readonly onDidChange = this.#changed.event

  constructor(state: vscode.ExtensionContext["globalState"]) {
    this.#state = state
    state.setKeysForSync([KEY])
  }

  of(lessonId: string): LessonProgress {
    return { ...nothing, ...this.#all()[lessonId] }
  }

  async change(lessonId: string, change: (progress: LessonProgress) => LessonProgress): Promise<void> {
    await this.#write({ ...this.#all(), [lessonId]: change(this.of(lessonId)) }, lessonId)
  }

  async reset(lessonId: string): Promise<void> {
    const { [lessonId]: _, ...rest } = this.#all()
    await this.#write(rest, lessonId)
  }

  /** Everything, for an export that a person can read. */
  export(): string {
    return `${JSON.stringify(this.#all(), null, 2)}\n`
  }

  dispose(): void {
    this.#changed.dispose()
  }

  #all(): Readonly<Record<string, LessonProgress>> {
    return this.#state.get(KEY, {})
  }

  async #write(all: Readonly<Record<string, LessonProgress>>, lessonId: string): Promise<void> {
    await this.#state.update(KEY, all)
    this.#changed.fire(lessonId)
  }
}
