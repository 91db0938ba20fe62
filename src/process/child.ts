import { type ChildProcess, fork } from "node:child_process"
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"

export interface ForkOptions {
  /** File name of the bundle in dist/. */
  readonly bundle: string
  /** Path of the bundle, where it is not beside the running one. */
  readonly script?: string | undefined
  readonly argv?: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Node's own options, such as --no-warnings. */
  readonly nodeOptions?: readonly string[]
  /** What the child writes to stdout or stderr, as it comes. */
  readonly onOutput?: (text: string, stream: "stdout" | "stderr") => void
}

/** A forked process whose channel is its life line: it ends when the channel closes. */
export interface Child {
  readonly process: ChildProcess
  /** Resolves with the exit code, null after a signal. Never rejects. */
  readonly ended: Promise<number | null>
  /** The end of what it wrote to stderr, for an error that a person reads. */
  lastWords(): string
  onceMessage(listener: (message: unknown) => void): void
  disconnect(): void
  kill(): void
}

/** Of a dying process's stderr, this much is kept. */
const LAST_WORDS_LENGTH = 2_000

/** After the exit, what the process wrote to stderr may still be on its way; or a grandchild holds the pipe open. */
const LAST_WORDS_LIMIT_MS = 300

/**
 * Forks a bundle on the runtime that we run on ourselves: a learner has no `node`, and VS Code's own is one when
 * ELECTRON_RUN_AS_NODE is set.
 */
export function forkChild({ bundle, script, argv = [], cwd, env, nodeOptions = [], onOutput }: ForkOptions): Child {
  const path = script ?? bundlePath(bundle)
  const child = fork(path, argv, {
    cwd,
    env: { ...ownEnvironment(), NODE_COMPILE_CACHE: compileCache(path), ...env, ELECTRON_RUN_AS_NODE: "1" },
    // Whatever options the parent has (an inspector port, a test runner's loader) are not the child's.
    execArgv: [...nodeOptions],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "json",
  })
  let words = ""
  child.stdout?.setEncoding("utf8").on("data", (text: string) => onOutput?.(text, "stdout"))
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-LAST_WORDS_LENGTH)
    onOutput?.(text, "stderr")
  })
  const ended = new Promise<number | null>((resolve) => {
    // Not "close": Node never emits it after our own disconnect(), because the channel's end is then not read.
    child.once("exit", (code) => {
      const limit = setTimeout(() => resolve(code), LAST_WORDS_LIMIT_MS)
      child.stderr?.once("close", () => {
        clearTimeout(limit)
        resolve(code)
      })
    })
    child.once("error", (error) => {
      words ||= error.message
      resolve(null)
    })
  })
  return {
    process: child,
    ended,
    lastWords: () => words.trim(),
    onceMessage: (listener) => child.once("message", listener),
    disconnect: () => {
      if (child.connected) child.disconnect()
    },
    kill: () => child.kill("SIGKILL"),
  }
}

/**
 * What VS Code tells its own processes (sockets, tokens, options) is not a child's business, and neither are the
 * reader's secrets: a lesson may be anybody's, and its cells get those of the connection in use only.
 */
const withheld = /^(VSCODE_|NODE_OPTIONS$|SSH_AUTH_SOCK$)/
const secret = /TOKEN|SECRET|PASSW(OR)?D|PASSPHRASE|CREDENTIAL|(API|ACCESS|PRIVATE)_?KEY/i

function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !withheld.test(name) && !secret.test(name)))
}

/**
 * Where Node keeps what V8 has compiled of a bundle (module.enableCompileCache), for the next start. Beside the bundle,
 * because whoever may write there may write the bundle too; where nobody may, nothing is kept.
 */
function compileCache(bundle: string): string {
  return join(dirname(bundle), ".compile-cache")
}

function bundlePath(bundle: string): string {
  const beside = join(__dirname, bundle)
  if (existsSync(beside)) return beside
  // From the sources (tests): the repository's dist/.
  return join(__dirname, "..", "..", "dist", bundle)
}
