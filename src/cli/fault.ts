import type { ControlClient } from "../process/control"
import { parseFault } from "../process/parseFault"
import { chooseCluster } from "./chooseCluster"
import { type Command, type ExitCode, WrongUsage } from "./command"

const USAGE = `logbook fault [--control PATH] …
  kill|stop|pause|resume|start NODE
  cut|heal A B              A and B are node ids, or "clients"
  delay A B MS
  drop API [BROKER] [N]     the reply is lost after the work is done
  error API CODE N [MS]     the next N requests are answered with an error code
  freeze|unfreeze BROKER TOPIC-PARTITION
  disk BROKER slow|full|fail|lose|ok
  clock NODE MS
  run cleaner|retention|roll TOPIC[-PARTITION]
  run election TOPIC-PARTITION [preferred|unclean]
`

/** `logbook fault`: breaks and mends a running cluster. */
export const fault: Command = {
  name: "fault",
  summary: "Break a running embedded cluster: kill nodes, cut links, drop requests.",
  usage: USAGE,
  run: injectFault,
}

async function injectFault(argv: readonly string[]): Promise<ExitCode> {
  let control: ControlClient | undefined
  try {
    const chosen = await chooseCluster(argv)
    control = chosen.control
    const call = parseFault(chosen.rest)
    if (typeof call === "string") throw new WrongUsage(call)
    const [method, params] = call
    await control.request(method, params)
    return 0
  } finally {
    control?.close()
  }
}
