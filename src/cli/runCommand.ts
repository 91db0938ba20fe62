import { cluster } from "./cluster"
import { type Command, type ExitCode, WrongUsage } from "./command"
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

/** Runs the command that `argv` names, and turns what it throws into a sentence and an exit code. */
export async function runCommand([name, ...argv]: readonly string[]): Promise<ExitCode> {
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
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(command.usage)
    return 0
  }
  try {
    return await command.run(argv)
  } catch (error) {
    if (isWrongUsage(error)) {
      process.stderr.write(`logbook ${command.name}: ${error.message}\n\n${command.usage}`)
      return WRONG_USAGE
    }
    process.stderr.write(`logbook ${command.name}: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** Of our own making, or from node:util's parseArgs. */
function isWrongUsage(error: unknown): error is Error {
  if (error instanceof WrongUsage) return true
  return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
}

function help(): string {
  const width = Math.max(...commands.map(({ name: command }) => command.length))
  const lines = commands.map(({ name: command, summary }) => `  ${command.padEnd(width)}  ${summary}`)
  return `logbook COMMAND [OPTIONS]\n\n${lines.join("\n")}\n\nlogbook COMMAND --help tells its options.\n`
}
