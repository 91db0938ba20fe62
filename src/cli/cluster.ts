import type { ClusterAddress } from "../contract/control"
import { forkChild } from "../process/child"
import type { Command, ExitCode } from "./command"

const USAGE = `logbook cluster [--brokers 3] [--controllers 1|3] [--roles combined|isolated] [--port P]
  [--data DIR] [--fsync always] [--racks a,b,...] [--config name=value]... [--listener NAME:PROTOCOL[:PORT]]...
  [--user MECHANISM:name:password]... [--profile lessons|kafkajs-tests] [--json]

Broker n listens on P + n - 1 on 127.0.0.1; without --port on free ports.
Controllers are the first of the brokers, or with isolated roles nodes of their own after them.
Without --data everything is kept in a temporary folder that goes with the cluster.
`

/** `logbook cluster`: runs an embedded cluster until SIGINT or SIGTERM. */
export const cluster: Command = {
  name: "cluster",
  summary: "Run an embedded Kafka cluster on loopback ports.",
  usage: USAGE,
  run: runCluster,
}

/** What the cluster process exits with when its options are wrong. */
const WRONG_USAGE = 2

async function runCluster(argv: readonly string[]): Promise<ExitCode> {
  // The cluster is a process of its own, as in the editor: it ends with this one, even when this one is killed.
  const child = forkChild({
    bundle: "cluster.js",
    argv,
    onOutput: (text, stream) => process[stream].write(text),
  })
  child.onceMessage((message) => {
    const address = message as ClusterAddress
    if (argv.includes("--json")) process.stdout.write(`${JSON.stringify(address)}\n`)
    else process.stdout.write(`bootstrap: ${address.bootstrap}\ncontrol: ${address.control}\n`)
  })
  const end = () => child.disconnect()
  process.on("SIGINT", end)
  process.on("SIGTERM", end)
  const code = await child.ended
  process.off("SIGINT", end)
  process.off("SIGTERM", end)
  if (code === WRONG_USAGE) process.stderr.write(`\n${USAGE}`)
  return code === 0 ? 0 : code === WRONG_USAGE ? 2 : 1
}
