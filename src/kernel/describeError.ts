import type { CellError } from "../contract/kernel"
import { inspectValue } from "../kit/inspectValue"
import { cellOfScript } from "../process/cellScript"
import type { CellRun } from "./cellRun"
import { hintFor } from "./errorHints"
import { CellSyntaxError } from "./stripTypes"
import type { Position } from "./textEdits"
import { localize, thrownValueText } from "./texts"

/** Finds the run that a script's name in a stack stands for. */
export type FindRun = (cell: string, number: number) => CellRun | undefined

/** What a thrown value tells its reader: the cell's true line, its frames only, and what to try. */
export function describeError(thrown: unknown, run: CellRun, findRun: FindRun): CellError {
  const frames = cellFrames(stackOf(thrown), findRun)
  const place = thrown instanceof CellSyntaxError ? thrown.position : frames.find((frame) => frame.run === run)
  const name = thrown instanceof Error ? thrown.name || thrown.constructor.name : thrownValueText(run.language)
  const message = messageOf(thrown)
  const hint = hintFor(thrown)
  return {
    name,
    message,
    ...(place !== undefined && { line: place.line, column: place.column, frame: codeFrame(run.source, place) }),
    stack: [`${name}: ${message}`, ...frames.map(frameText)].join("\n"),
    ...(hint !== undefined && { hint: localize(run.language, hint), translations: { hint } }),
  }
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return inspectValue(thrown)
  const cause = thrown.cause
  const message = thrown.message || thrown.constructor.name
  return cause instanceof Error && !message.includes(cause.message) ? `${message} (${cause.message})` : message
}

/** A library's error may come from its own timer, with the cell only in the stack of its cause. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ""
  const own = typeof thrown.stack === "string" ? thrown.stack : ""
  return thrown.cause instanceof Error ? `${own}\n${stackOf(thrown.cause)}` : own
}

interface CellFrame extends Position {
  readonly run: CellRun
  readonly name: string | undefined
}

const framePattern = /at (?:(.*?) \(|async )?(file:[^\s()?]+)\?run=(\d+):(\d+):(\d+)\)?/g

function cellFrames(stack: string, findRun: FindRun): CellFrame[] {
  return [...stack.matchAll(framePattern)].flatMap(([, name, script = "", number, line, column]) => {
    const cell = cellOfScript(script)
    const run = cell === undefined ? undefined : findRun(cell, Number(number))
    if (run === undefined) return []
    const generated = { line: Number(line), column: Number(column) }
    return [{ run, name, ...(run.compiled?.original(generated) ?? generated) }]
  })
}

function frameText({ run, name, line, column }: CellFrame): string {
  const place = `${run.cell}:${line}:${column}`
  return name === undefined ? `    at ${place}` : `    at ${name} (${place})`
}

/** The lines around a place, with a marker under it. */
export function codeFrame(source: string, { line, column }: Position): string {
  const lines = source.split("\n")
  const first = Math.max(1, line - 2)
  const last = Math.min(lines.length, line + 2)
  const width = String(last).length
  return lines
    .slice(first - 1, last)
    .flatMap((text, index) => {
      const number = first + index
      const shown = `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`
      return number === line ? [shown, `  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}^`] : [shown]
    })
    .join("\n")
}
