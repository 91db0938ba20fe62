import { cluster } from "./cluster"
import type { Command } from "./command"
import { coverage } from "./coverage"
import { exportLessons } from "./export"
import { fault } from "./fault"
import { lint } from "./lint"
import { run } from "./run"
import { state } from "./state"
import { topic } from "./topic"

/** In the order of the help. */
const commands: readonly Command[] = [cluster, run, fault, state, topic, lint, exportLessons, coverage]

const WRONG_USAGE = 2

void main(process.argv.slice(2)).then((code) => {
  // Not exit(): stdout may be a pipe that has not taken everything yet.
  process.exitCode = code
})

async function main([name, ...argv]: readonly string[]): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(help())
    return name === undefined ? WRONG_USAGE : 0
  }
  // `npm run lesson` is `logbook run`.
  const command = commands.find((candidate) => candidate.name === (name === "lesson" ? "run" : name))
  if (command === undefined) {
    process.stderr.write(`logbook has no command "${name}".\n\n${help()}`)
    return WRONG_USAGE
  }
  try {
    return await command.run(argv)
  } catch (error) {
    process.stderr.write(`logbook ${command.name}: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

function help(): string {
  const width = Math.max(...commands.map(({ name: command }) => command.length))
  const lines = commands.map(({ name: command, summary }) => `  ${command.padEnd(width)}  ${summary}`)
  return `logbook COMMAND [OPTIONS]\n\n${lines.join("\n")}\n\nlogbook COMMAND --help tells its options.\n`
}
