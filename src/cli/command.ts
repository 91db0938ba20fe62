/** One command of `logbook`: its own file parses its options, prints data to stdout and everything else to stderr. */
export interface Command {
  readonly name: string
  /** One line for `logbook help`. */
  readonly summary: string
  /** What `--help` prints, and what follows the sentence when the options are wrong. */
  readonly usage: string
  /**
   * `argv` is what follows the command's name.
   * @returns the process's exit code; throws {@link WrongUsage} when the options are wrong
   */
  run(argv: readonly string[]): Promise<ExitCode>
}

/** 0 ok, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2

/** The options make no sense; the message says why. */
export class WrongUsage extends Error {}
