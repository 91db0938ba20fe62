import { applyMergePatch } from "../contract/mergePatch"
import type { ControlClient } from "../process/control"
import { chooseCluster } from "./chooseCluster"
import type { Command, ExitCode } from "./command"

/** `logbook state`: what a running cluster looks like, as JSON. */
export const state: Command = {
  name: "state",
  summary: "Print the state of a running embedded cluster as JSON.",
  run: printState,
}

const USAGE = `logbook state [--control PATH] [--watch]

Prints one snapshot; with --watch a line per change until the cluster ends.
`

async function printState(argv: readonly string[]): Promise<ExitCode> {
  if (argv.includes("--help")) {
    process.stdout.write(USAGE)
    return 0
  }
  let control: ControlClient
  let isWatching: boolean
  try {
    const chosen = await chooseCluster(argv)
    control = chosen.control
    const unknown = chosen.rest.filter((argument) => argument !== "--watch")
    isWatching = chosen.rest.length > unknown.length
    if (unknown.length > 0) {
      control.close()
      process.stderr.write(`Unknown option: ${unknown.join(" ")}\n\n${USAGE}`)
      return 2
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
  if (isWatching) return watch(control)
  const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
  control.close()
  process.stdout.write(`${JSON.stringify(snapshot, null, 2)}\n`)
  return 0
}

async function watch(control: ControlClient): Promise<ExitCode> {
  let current = (await control.request("cluster/subscribe", { detail: "full" })).snapshot
  const print = () => process.stdout.write(`${JSON.stringify(current)}\n`)
  print()
  control.onChanged(({ from, patch }) => {
    if (from !== current.revision) {
      void control.request("cluster/subscribe", { detail: "full" }).then(({ snapshot }) => {
        current = snapshot
        print()
      })
      return
    }
    current = applyMergePatch(current, patch)
    print()
  })
  process.once("SIGINT", () => control.close())
  process.once("SIGTERM", () => control.close())
  await control.closed
  return 0
}
