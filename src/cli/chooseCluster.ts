import { type ControlClient, connectControl } from "../process/control"
import { runningClusters } from "../process/runningClusters"

/** A command's arguments without `--control PATH`, and the cluster that it means: the one started last by default. */
export async function chooseCluster(
  argv: readonly string[],
): Promise<{ readonly rest: readonly string[]; readonly control: ControlClient }> {
  const at = argv.indexOf("--control")
  const rest = at < 0 ? argv : [...argv.slice(0, at), ...argv.slice(at + 2)]
  const path = at < 0 ? runningClusters()[0]?.control : argv[at + 1]
  if (path === undefined) throw new Error("No cluster runs: start one with `logbook cluster`, or name it by --control.")
  return { rest, control: await connectControl(path) }
}
