import * as vscode from "vscode"
import type { FrontMatter } from "../../lesson/lesson"

/** A lesson that comes with the extension. */
export interface BundledLesson {
  readonly id: string
  /** "03-message-model.kafka.md" */
  readonly file: string
  readonly frontMatter: FrontMatter
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
    const { parseLesson } = await import("../late/lessonFormat")
    const entries = await vscode.workspace.fs.readDirectory(this.folder)
    const files = entries.map(([name]) => name).filter((name) => name.endsWith(".kafka.md"))
    return await Promise.all(
      files.sort().map(async (file) => {
        const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, file))
        const { frontMatter } = parseLesson(new TextDecoder().decode(bytes))
        return { id: frontMatter.id ?? file, file, frontMatter }
      }),
    )
  }
}
