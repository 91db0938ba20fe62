// Runs as a process of its own: the embedded cluster. Forked by the editor or the command line, or started by hand.
import { DiskRefusal } from "./disk"
import { ClusterServer } from "./server/clusterServer"
import { DataFolderRefusal } from "./server/dataFolder"
import { PortRefusal } from "./server/listener"
import { parseOptions, UsageError } from "./server/options"

const log = (line: string) => process.stderr.write(`${line}\n`)

void main()

async function main(): Promise<void> {
  const options = readOptions()
  if (!options) return
  let server: ClusterServer
  try {
    server = await ClusterServer.start(options, log)
  } catch (error) {
    const isExpected = [DataFolderRefusal, DiskRefusal, PortRefusal].some((refusal) => error instanceof refusal)
    process.stderr.write(`${error instanceof Error ? (isExpected ? error.message : error.stack) : String(error)}\n`)
    process.exit(1)
  }
  surviveBugs()
  endWith(server)
  if (process.send) process.send(server.address)
  else if (options.json) process.stdout.write(`${JSON.stringify(server.address)}\n`)
  else process.stdout.write(`bootstrap: ${server.address.bootstrap}\ncontrol: ${server.address.control}\n`)
}

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
    return undefined
  }
}

/** Dispatch catches what a handler throws. What a timer throws is logged as well, and costs nobody the cluster. */
function surviveBugs(): void {
  // A parent that died took its end of the pipe along: writing to it must not be the next bug.
  process.stderr.on("error", () => {})
  process.on("uncaughtException", (error) => log(`a bug: ${error.stack ?? error.message}`))
}

/** SIGINT, SIGTERM and the end of the parent's channel are all the same wish. */
function endWith(server: ClusterServer): void {
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(1), server.stopLimitMs)
    server.stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on("SIGINT", end)
  process.on("SIGTERM", end)
  process.on("disconnect", end)
}
