import { readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import type { KernelCluster } from "../contract/kernel"
import type { LessonLanguage } from "../contract/language"
import type { RunLine, RunSummary } from "../contract/run"
import { parseLesson } from "../lesson"
import { connectedCluster, readConnectionFile } from "../process/connectionFile"
import { type Command, type ExitCode, WrongUsage } from "./command"
import { junitReport } from "./junitReport"
import { findLessonFiles } from "./lessonFiles"
import { runLesson } from "./runLesson"

const USAGE = `logbook run PATH... [--all] [--lang en|zh] [--bootstrap HOST:PORT,... | --client-config FILE [--production]] [--json] [--junit FILE]

Runs every lesson on an embedded cluster of its own, or on the cluster that --bootstrap or --client-config names.
FILE is Kafka's client.properties; logbook.read.only=true in it refuses writes, and logbook.production=true wants
--production. A lesson ends at its first failed cell; with --all its other cells run too.
An exercise passes when its check fails with the stub and passes with the solution.
`

/** `logbook run PATH…`: lessons from top to bottom without an editor. */
export const run: Command = {
  name: "run",
  summary: "Run lessons headless, on the embedded cluster or on one that you name.",
  usage: USAGE,
  run: runLessons,
}

interface RunUsage {
  readonly files: readonly string[]
  readonly goesOn: boolean
  readonly language: LessonLanguage
  readonly isJson: boolean
  readonly junit: string | undefined
  /** Undefined: an embedded cluster per lesson. */
  readonly cluster: KernelCluster | undefined
  readonly hasFaults: boolean
}

async function runLessons(argv: readonly string[]): Promise<ExitCode> {
  const usage = readUsage(argv)
  const lines: RunLine[] = []
  for (const file of usage.files) {
    const lesson = parseLesson(readFileSync(file, "utf8"))
    if (!usage.isJson) process.stdout.write(`${file}\n`)
    const options = { ...usage, file, onLine: (line: RunLine) => printLine(line, usage.isJson) }
    lines.push(...(await runLesson(lesson, options)))
  }
  const summary = summarize(lines)
  const { ok, failed, skipped } = summary.summary
  process.stdout.write(
    usage.isJson ? `${JSON.stringify(summary)}\n` : `${ok} ok, ${failed} failed, ${skipped} skipped\n`,
  )
  if (usage.junit !== undefined) writeFileSync(usage.junit, junitReport(lines))
  return failed === 0 ? 0 : 1
}

function readUsage(argv: readonly string[]): RunUsage {
  const { values, positionals } = parse(argv)
  if (values.lang !== "en" && values.lang !== "zh") throw new WrongUsage(`--lang is en or zh, not ${values.lang}`)
  if (values.bootstrap !== undefined && values["client-config"] !== undefined) {
    throw new WrongUsage("either --bootstrap or --client-config")
  }
  const cluster = chosenCluster(values.bootstrap, values["client-config"], values.production)
  const files = findLessonFiles(positionals)
  if (files.length === 0) throw new WrongUsage(`no lesson (*.kafka.md) in ${positionals.join(", ")}`)
  return {
    files,
    goesOn: values.all,
    language: values.lang,
    isJson: values.json,
    junit: values.junit,
    cluster,
    hasFaults: !values["without-faults"],
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      lang: { type: "string", default: "en" },
      bootstrap: { type: "string" },
      "client-config": { type: "string" },
      production: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      junit: { type: "string" },
      // For the test that checks can fail: every fault does nothing.
      "without-faults": { type: "boolean", default: false },
    },
  })
}

function chosenCluster(
  bootstrap: string | undefined,
  configFile: string | undefined,
  mayBeProduction: boolean,
): KernelCluster | undefined {
  if (bootstrap !== undefined) return connectedCluster(bootstrap)
  if (configFile === undefined) return undefined
  const { name, production, cluster } = readConnectionFile(configFile)
  if (production && !mayBeProduction) {
    throw new WrongUsage(`${name} is marked logbook.production=true; add --production to run on it`)
  }
  return cluster
}

function printLine(line: RunLine, isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(line)}\n`)
    return
  }
  const mark = { ok: "✓", failed: "✗", skipped: "-" }[line.status]
  process.stdout.write(`  ${mark} ${line.kind} ${line.cell} (line ${line.line}) ${line.ms} ms`)
  process.stdout.write(line.reason === undefined ? "\n" : ` · ${line.reason}\n`)
  if (line.status !== "failed") return
  for (const { mime, text } of line.outputs) if (mime === "text/plain") process.stdout.write(indent(text))
  if (line.error === undefined) return
  const { name, message, line: at, hint } = line.error
  process.stdout.write(indent(`${name}: ${message}${at === undefined ? "" : ` (line ${at})`}`))
  if (hint !== undefined) process.stdout.write(indent(hint))
}

function indent(text: string): string {
  return `${text.trimEnd().replaceAll(/^/gm, "      ")}\n`
}

function summarize(lines: readonly RunLine[]): RunSummary {
  const count = (status: RunLine["status"]) => lines.filter((line) => line.status === status).length
  return { summary: { ok: count("ok"), failed: count("failed"), skipped: count("skipped") } }
}
