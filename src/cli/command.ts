/** One command of `logbook`: its own file parses its options, prints data to stdout and everything else to stderr. */
export interface Command {
  readonly name: string
  /** One line for `logbook help`. */
  readonly summary: string
  /** `argv` is what follows the command's name. Resolves with the process's exit code. */
  run(argv: readonly string[]): Promise<ExitCode>
}

/** 0 ok, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2
