import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import * as vscode from "vscode"
import type { Cell, Lesson } from "../../lesson/lesson"
import type { Problem } from "../../lesson/problem"
import type { BundledLessons } from "../explorer/bundledLessons"
import type { ReaderLanguage } from "../readerLanguage"
import { lessonNotebookType } from "./lessonSerializer"
import { lessonOf } from "./openLessons"
import { readLesson } from "./readLesson"

const SETTING = "logbook.lint"
/** Whoever types is not told about half a word. */
const PAUSE_MS = 400
/** Whoever opens a lesson wants to see it first: linting takes the time of drawing it. */
const OPEN_PAUSE_MS = 2_000

/**
 * What `logbook lint` says, as problems in the cells of a lesson that is edited. Bundled lessons are read and solved,
 * not written: they are left alone.
 */
export function registerLessonLint(lessons: BundledLessons, language: ReaderLanguage): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("logbook")
  const shown = new Map<vscode.NotebookDocument, vscode.Uri[]>()
  const timers = new Map<vscode.NotebookDocument, NodeJS.Timeout>()
  const clear = (notebook: vscode.NotebookDocument) => {
    clearTimeout(timers.get(notebook))
    for (const uri of shown.get(notebook) ?? []) collection.delete(uri)
    shown.delete(notebook)
  }
  const show = async (notebook: vscode.NotebookDocument) => {
    const { version } = notebook
    const found = isLinted(notebook) ? await diagnosticsOf(notebook, lessons, language) : new Map<string, never[]>()
    if (notebook.version !== version || notebook.isClosed) return
    clear(notebook)
    const uris = [...found.keys()].map((uri) => vscode.Uri.parse(uri, true))
    for (const uri of uris) collection.set(uri, found.get(uri.toString()) ?? [])
    shown.set(notebook, uris)
  }
  const soon = (notebook: vscode.NotebookDocument, pauseMs: number) => {
    if (notebook.notebookType !== lessonNotebookType || notebook.uri.scheme !== "file") return
    clearTimeout(timers.get(notebook))
    timers.set(
      notebook,
      setTimeout(() => void show(notebook), pauseMs),
    )
  }
  const allSoon = (pauseMs: number) => {
    for (const notebook of vscode.workspace.notebookDocuments) soon(notebook, pauseMs)
  }
  allSoon(OPEN_PAUSE_MS)
  return vscode.Disposable.from(
    collection,
    language.onDidChange(() => allSoon(PAUSE_MS)),
    new vscode.Disposable(() => timers.forEach(clearTimeout)),
    vscode.workspace.onDidOpenNotebookDocument((notebook) => soon(notebook, OPEN_PAUSE_MS)),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges, cellChanges }) => {
      // Outputs come and go without a word being different.
      if (contentChanges.length > 0 || cellChanges.some(({ document }) => document)) soon(notebook, PAUSE_MS)
    }),
    vscode.workspace.onDidCloseNotebookDocument((notebook) => {
      clear(notebook)
      timers.delete(notebook)
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTING)) allSoon(PAUSE_MS)
    }),
  )
}

function isLinted(notebook: vscode.NotebookDocument): boolean {
  return !notebook.isClosed && vscode.workspace.getConfiguration().get(SETTING, true)
}

/** By the address of the cell; what no cell holds, such as the front matter, stands at the file itself. */
async function diagnosticsOf(
  notebook: vscode.NotebookDocument,
  lessons: BundledLessons,
  language: ReaderLanguage,
): Promise<Map<string, vscode.Diagnostic[]>> {
  const { catalogueLanguage, lintCode, lintLesson, liveKinds, namesOf, translateMessage } = await import(
    "../late/lessonLint"
  )
  const lesson = await lessonOf(notebook)
  const folder = dirname(notebook.uri.fsPath)
  const beside = await lessonsBeside(notebook.uri.fsPath)
  const problems = lintLesson(lesson, {
    exists: (path) => existsSync(resolve(folder, path)),
    lessonIds: [
      ...(await lessons.all()).map(({ id }) => id),
      lesson.frontMatter.id ?? "",
      ...beside.map((other) => other.lesson.frontMatter.id ?? ""),
    ],
    namesElsewhere: new Map(
      beside.flatMap((other) => [...namesOf(other.lesson).keys()].map((name) => [name, other.name])),
    ),
    liveKinds,
    lintCode,
  })
  const found = new Map<string, vscode.Diagnostic[]>()
  for (const problem of problems) {
    const { uri, line } = placeOf(problem, lesson, notebook)
    const diagnostic = new vscode.Diagnostic(
      new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER),
      translateMessage(catalogueLanguage(language.current), problem.message),
      vscode.DiagnosticSeverity.Warning,
    )
    diagnostic.source = "logbook lint"
    found.set(uri.toString(), [...(found.get(uri.toString()) ?? []), diagnostic])
  }
  return found
}

function placeOf({ line }: Problem, lesson: Lesson, notebook: vscode.NotebookDocument) {
  // A fence that was just typed into prose is a cell only when the lesson is opened again.
  const index =
    lesson.cells.length === notebook.cellCount ? lesson.cells.findLastIndex((cell) => firstLine(cell) <= line) : -1
  const cell = lesson.cells[index]
  if (!cell) return { uri: notebook.uri, line: line - 1 }
  const { document } = notebook.cellAt(index)
  return { uri: document.uri, line: Math.min(line - firstLine(cell), document.lineCount - 1) }
}

/** Of what the cell's document holds: a code cell's fence is not in it. */
function firstLine(cell: Cell): number {
  return cell.kind === "code" ? cell.textLine : cell.line
}

/** The lessons beside it may be named in `requires`, and share a cluster with it. */
async function lessonsBeside(file: string): Promise<{ readonly name: string; readonly lesson: Lesson }[]> {
  const folder = dirname(file)
  const names = readdirSync(folder).filter((name) => name.endsWith(".kafka.md") && name !== basename(file))
  return await Promise.all(
    names.map(async (name) => ({ name, lesson: await readLesson(readFileSync(join(folder, name), "utf8")) })),
  )
}
