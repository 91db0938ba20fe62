import type { ControlMethod, ControlMethods } from "../contract/control"

/** One call of the control API. */
export type FaultCall = { readonly [M in ControlMethod]: readonly [M, ControlMethods[M]["params"]] }[ControlMethod]

class WrongFault extends Error {}

/** What `logbook fault` and the editor's command take, as a call of the control API; a sentence when it is none. */
export function parseFault(words: readonly string[]): FaultCall | string {
  try {
    return readFault(words)
  } catch (error) {
    if (error instanceof WrongFault) return error.message
    throw error
  }
}

function readFault([action, ...args]: readonly string[]): FaultCall {
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
      throw new WrongFault(action === undefined ? "Name a fault." : `There is no fault "${action}".`)
  }
}

function dropped([api, broker, count]: readonly string[]): FaultCall {
  const target = broker === undefined ? {} : { broker: number(broker, "BROKER") }
  return ["requests/drop", { api: word(api, "API"), ...target, count: number(count ?? "1", "N") }]
}

function failed([api, code, count, ms]: readonly string[]): FaultCall {
  const delay = ms === undefined ? {} : { delayMs: number(ms, "MS") }
  return [
    "requests/error",
    { api: word(api, "API"), errorCode: number(code, "CODE"), count: number(count ?? "1", "N"), ...delay },
  ]
}

function disk(broker: number, state: string | undefined): FaultCall {
  switch (state) {
    case "slow":
    case "full":
    case "fail":
    case "lose":
    case "ok":
      return [`disk/${state}`, { broker }]
    default:
      throw new WrongFault("A disk is slow, full, fail, lose or ok.")
  }
}

function maintenance([task, target, kind = "preferred"]: readonly string[]): FaultCall {
  switch (task) {
    case "cleaner":
      return ["log/clean", logOf(target)]
    case "retention":
      return ["log/retain", logOf(target)]
    case "roll":
      return ["log/roll", logOf(target)]
    case "election":
      if (kind !== "preferred" && kind !== "unclean") throw new WrongFault("An election is preferred or unclean.")
      return ["election/run", { ...topicPartition(target), kind }]
    default:
      throw new WrongFault("What can be run is cleaner, retention, roll or election.")
  }
}

function logOf(text: string | undefined): { topic: string; partition?: number } {
  const name = word(text, "TOPIC")
  return /-\d+$/.test(name) ? topicPartition(name) : { topic: name }
}

function topicPartition(text: string | undefined): { topic: string; partition: number } {
  const [, topic, partition] = /^(.+)-(\d+)$/.exec(text ?? "") ?? []
  if (topic === undefined) throw new WrongFault(`TOPIC-PARTITION is needed, such as orders-0, not "${text ?? ""}".`)
  return { topic, partition: Number(partition) }
}

function end(text: string | undefined): number | "clients" {
  return text === "clients" ? text : number(text, "node id")
}

function number(text: string | undefined, what: string): number {
  if (text !== undefined && /^-?\d+$/.test(text)) return Number(text)
  throw new WrongFault(`${what} is a number, not "${text ?? ""}".`)
}

function word(text: string | undefined, what: string): string {
  if (text) return text
  throw new WrongFault(`${what} is missing.`)
}
