import { spawn } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { RunLine } from "../../src/contract/run"

const root = join(import.meta.dirname, "..", "..")
const commandLine = join(root, "dist", "cli.js")
export const lessonsFolder = join(root, "lessons")

/** The bundled lessons, by file name. */
export const lessonFiles = readdirSync(lessonsFolder)
  .filter((name) => name.endsWith(".kafka.md"))
  .sort()

/** Runs a lesson as a person would on the command line, with what was built; every line that it printed. */
export async function runLesson(path: string, ...options: readonly string[]): Promise<RunLine[]> {
  if (!existsSync(commandLine)) throw new Error("Build first: npm run build")
  const child = spawn(process.execPath, [commandLine, "run", path, "--json", ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  })
  let printed = ""
  let said = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text
  })
  await new Promise((resolve) => child.once("close", resolve))
  const lines = printed
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
  if (!lines.some((line) => "summary" in line)) throw new Error(`logbook run did not end: ${said}`)
  return lines.filter((line): line is RunLine => "cell" in line)
}

/** What did not pass, as a person reads it. */
export function complaints(lines: readonly RunLine[]): string[] {
  return lines
    .filter(({ status }) => status === "failed")
    .map(({ cell, line, error, reason }) => `${cell} (line ${line}): ${error?.message ?? reason}`)
}
