import * as vscode from "vscode"
import type { FrontMatter } from "../../lesson/lesson"
import type { Question } from "../../lesson/question"
import type { Section } from "../../lesson/sections"

/** A lesson that comes with the extension. */
export interface BundledLesson {
  readonly id: string
  /** "03-message-model.kafka.md" */
  readonly file: string
  readonly frontMatter: FrontMatter
  readonly sections: readonly Section[]
  /** Names of what tells that the lesson is done: its checks, or all of its cells where it has none. */
  readonly checks: readonly string[]
  /** The code that each exercise begins with, by the exercise's name. */
  readonly stubs: Readonly<Record<string, string>>
  /** Its questions with a right answer, by name. */
  readonly quizzes: Readonly<Record<string, Question>>
  /** Its prose cells, for searching. */
  readonly prose: readonly { readonly cell: number; readonly text: string }[]
}

/** The lessons in the extension's own folder, in the order of their file names; read once. */
export class BundledLessons {
  readonly folder: vscode.Uri
  #read: Promise<readonly BundledLesson[]> | undefined

  constructor(extensionUri: vscode.Uri) {
    this.folder = vscode.Uri.joinPath(extensionUri, "lessons")
  }

  all(): Promise<readonly BundledLesson[]> {
    this.#read ??= this.#readAll()
    return this.#read
  }

  async byId(id: string): Promise<BundledLesson | undefined> {
    return (await this.all()).find((lesson) => lesson.id === id)
  }

  async #readAll(): Promise<readonly BundledLesson[]> {
    const entries = await vscode.workspace.fs.readDirectory(this.folder)
    const files = entries.map(([name]) => name).filter((name) => name.endsWith(".kafka.md"))
    return await Promise.all(files.sort().map((file) => this.#readOne(file)))
  }

  async #readOne(file: string): Promise<BundledLesson> {
    const { parseLesson, runPlan, sections } = await import("../late/lessonFormat")
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, file))
    const lesson = parseLesson(new TextDecoder().decode(bytes))
    const steps = runPlan(lesson)
    const checks = steps.filter(({ kind }) => kind === "check")
    const told = checks.length > 0 ? checks : steps.filter(({ kind }) => kind === "code")
    return {
      id: lesson.frontMatter.id ?? file,
      file,
      frontMatter: lesson.frontMatter,
      sections: sections(lesson),
      checks: told.map(({ cell }) => cell),
      stubs: Object.fromEntries(
        steps.flatMap((step) => (step.kind === "exercise" ? [[step.cell, step.stub.source]] : [])),
      ),
      quizzes: Object.fromEntries(
        steps.flatMap((step) => (step.kind === "quiz" && step.question ? [[step.cell, step.question]] : [])),
      ),
      prose: lesson.cells.flatMap((cell) => (cell.kind === "prose" ? [{ cell: cell.index, text: cell.text }] : [])),
    }
  }
}
