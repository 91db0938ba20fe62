import { applyMergePatch } from "../contract/mergePatch"
import type { ControlClient } from "../process/control"
import { chooseCluster } from "./chooseCluster"
import { type Command, type ExitCode, WrongUsage } from "./command"

const USAGE = `logbook state [--control PATH] [--watch]

Prints one snapshot; with --watch a line per change until the cluster ends.
`

/** `logbook state`: what a running cluster looks like, as JSON. */
export const state: Command = {
  name: "state",
  summary: "Print the state of a running embedded cluster as JSON.",
  usage: USAGE,
  run: printState,
}

async function printState(argv: readonly string[]): Promise<ExitCode> {
  const { control, rest } = await chooseCluster(argv)
  const unknown = rest.filter((argument) => argument !== "--watch")
  if (unknown.length > 0) {
    control.close()
    throw new WrongUsage(`Unknown option: ${unknown.join(" ")}`)
  }
  if (rest.includes("--watch")) return watch(control)
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
