import type { ControlMethod, ControlMethods } from "../contract/control"
import type { ControlClient } from "../process/control"
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

/** One call of the control API. */
type Call = { readonly [M in ControlMethod]: readonly [M, ControlMethods[M]["params"]] }[ControlMethod]

async function injectFault(argv: readonly string[]): Promise<ExitCode> {
  let control: ControlClient | undefined
  try {
    const chosen = await chooseCluster(argv)
    control = chosen.control
    const [method, params] = parseFault(chosen.rest)
    await control.request(method, params)
    return 0
  } finally {
    control?.close()
  }
}

function parseFault([action, ...args]: readonly string[]): Call {
  switch (action) {
    case "kill":
    case "stop":
    case "pause":
    case "resume":
    case "start":
      return [`node/${action}`, { id: number(args[0], "NODE") }]
    case "cut":
    case "heal":
      return [`link/${action}`, { a: end(args[0]), b: end(args[1]) }]
    case "delay":
      return ["link/delay", { a: end(args[0]), b: end(args[1]), ms: number(args[2], "MS") }]
    case "drop":
      return dropped(args)
    case "error":
      return failed(args)
    case "freeze":
    case "unfreeze":
      return [`replica/${action}`, { broker: number(args[0], "BROKER"), ...topicPartition(args[1]) }]
    case "disk":
      return disk(number(args[0], "BROKER"), args[1])
    case "clock":
      return ["clock/skew", { node: number(args[0], "NODE"), ms: number(args[1], "MS") }]
    case "run":
      return maintenance(args)
    default:
      throw new WrongUsage(action === undefined ? "Name a fault." : `There is no fault "${action}".`)
  }
}

function dropped([api, broker, count]: readonly string[]): Call {
  const target = broker === undefined ? {} : { broker: number(broker, "BROKER") }
  return ["requests/drop", { api: word(api, "API"), ...target, count: number(count ?? "1", "N") }]
}

function failed([api, code, count, ms]: readonly string[]): Call {
  const delay = ms === undefined ? {} : { delayMs: number(ms, "MS") }
  return [
    "requests/error",
    { api: word(api, "API"), errorCode: number(code, "CODE"), count: number(count ?? "1", "N"), ...delay },
  ]
}

function disk(broker: number, state: string | undefined): Call {
  switch (state) {
    case "slow":
    case "full":
    case "fail":
    case "lose":
    case "ok":
      return [`disk/${state}`, { broker }]
    default:
      throw new WrongUsage("A disk is slow, full, fail, lose or ok.")
  }
}

function maintenance([task, target, kind = "preferred"]: readonly string[]): Call {
  switch (task) {
    case "cleaner":
      return ["log/clean", logOf(target)]
    case "retention":
      return ["log/retain", logOf(target)]
    case "roll":
      return ["log/roll", logOf(target)]
    case "election":
      if (kind !== "preferred" && kind !== "unclean") throw new WrongUsage("An election is preferred or unclean.")
      return ["election/run", { ...topicPartition(target), kind }]
    default:
      throw new WrongUsage("What can be run is cleaner, retention, roll or election.")
  }
}

function logOf(text: string | undefined): { topic: string; partition?: number } {
  const name = word(text, "TOPIC")
  return /-\d+$/.test(name) ? topicPartition(name) : { topic: name }
}

function topicPartition(text: string | undefined): { topic: string; partition: number } {
  const [, topic, partition] = /^(.+)-(\d+)$/.exec(text ?? "") ?? []
  if (topic === undefined) throw new WrongUsage(`TOPIC-PARTITION is needed, such as orders-0, not "${text ?? ""}".`)
  return { topic, partition: Number(partition) }
}

function end(text: string | undefined): number | "clients" {
  return text === "clients" ? text : number(text, "node id")
}

function number(text: string | undefined, what: string): number {
  if (text !== undefined && /^-?\d+$/.test(text)) return Number(text)
  throw new WrongUsage(`${what} is a number, not "${text ?? ""}".`)
}

function word(text: string | undefined, what: string): string {
  if (text) return text
  throw new WrongUsage(`${what} is missing.`)
}
