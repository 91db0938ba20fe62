import * as vscode from "vscode"
import type { BundledLessons } from "../explorer/bundledLessons"

export const lessonScheme = "logbook"

/**
 * The bundled lessons as files that a reader may edit: what is saved becomes the reader's copy in the extension's
 * storage, and the lesson itself is never changed. An update of the extension touches no copy; "Reset Lesson" does.
 */
export class LessonFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #lessons: BundledLessons
  readonly #copies: vscode.Uri
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>()
  readonly onDidChangeFile = this.#changed.event
  /** VS Code reads a clean document again only when its file has become younger. */
  readonly #resetMs = new Map<string, number>()

  constructor(lessons: BundledLessons, storage: vscode.Uri) {
    this.#lessons = lessons
    this.#copies = vscode.Uri.joinPath(storage, "copies")
  }

  static uriOf(file: string): vscode.Uri {
    return vscode.Uri.from({ scheme: lessonScheme, path: `/${file}` })
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (uri.path === "/") return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 }
    const file = await this.#fileOf(uri)
    const stat = await vscode.workspace.fs.stat((await this.#copyOf(file)) ?? this.#bundled(file))
    return { ...stat, mtime: Math.max(stat.mtime, this.#resetMs.get(file) ?? 0) }
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const file = await this.#fileOf(uri)
    return await vscode.workspace.fs.readFile((await this.#copyOf(file)) ?? this.#bundled(file))
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const file = await this.#fileOf(uri)
    await vscode.workspace.fs.createDirectory(this.#copies)
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(this.#copies, file), content)
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }])
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    if (uri.path !== "/") throw vscode.FileSystemError.FileNotADirectory(uri)
    return (await this.#lessons.all()).map(({ file }) => [file, vscode.FileType.File])
  }

  /** Whether the reader has a copy that differs from the bundled lesson. */
  async isChanged(uri: vscode.Uri): Promise<boolean> {
    return (await this.#copyOf(await this.#fileOf(uri))) !== undefined
  }

  /** Drops the reader's copy: the file is the bundled lesson again. */
  async reset(uri: vscode.Uri): Promise<void> {
    const file = await this.#fileOf(uri)
    const copy = await this.#copyOf(file)
    if (copy) await vscode.workspace.fs.delete(copy)
    this.#resetMs.set(file, Date.now())
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }])
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {})
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri)
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri)
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri)
  }

  dispose(): void {
    this.#changed.dispose()
  }

  /** Only the names of bundled lessons are files here: no path leads out of the two folders. */
  async #fileOf(uri: vscode.Uri): Promise<string> {
    const lesson = (await this.#lessons.all()).find(({ file }) => uri.path === `/${file}`)
    if (!lesson) throw vscode.FileSystemError.FileNotFound(uri)
    return lesson.file
  }

  #bundled(file: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#lessons.folder, file)
  }

  async #copyOf(file: string): Promise<vscode.Uri | undefined> {
    const copy = vscode.Uri.joinPath(this.#copies, file)
    return await vscode.workspace.fs.stat(copy).then(
      () => copy,
      () => undefined,
    )
  }
}
