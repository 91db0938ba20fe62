import type { ControlMethod, ControlMethods } from "../contract/control"
import { type ControlClient, connectControl } from "../process/control"
import type { KitHost } from "./host"

export interface RequestErrorOptions {
  readonly broker?: number
  readonly topic?: string
  readonly partition?: number
  readonly count?: number
  readonly delayMs?: number
}

/**
 * Faults of the embedded cluster, by the names of `logbook fault`. On any other cluster every one of them throws.
 * Nodes and brokers are ids; a link is between two nodes or a node and "clients".
 */
export interface Faults {
  /** True on the embedded cluster. */
  readonly isAvailable: boolean
  /** Ends a node without a goodbye; its page cache survives. */
  kill(node: number): Promise<void>
  /** A clean shutdown. */
  stop(node: number): Promise<void>
  /** Stands still, as after SIGSTOP or in a long garbage collection. */
  pause(node: number): Promise<void>
  resume(node: number): Promise<void>
  start(node: number): Promise<void>
  cut(a: number | "clients", b: number | "clients"): Promise<void>
  heal(a: number | "clients", b: number | "clients"): Promise<void>
  delay(a: number | "clients", b: number | "clients", ms: number): Promise<void>
  /** The next `count` answers of `api` are lost, after the work is done. */
  drop(api: string, options?: { broker?: number; count?: number }): Promise<void>
  /** The next `count` requests of `api` are answered with this error code. */
  error(api: string, errorCode: number, options?: RequestErrorOptions): Promise<void>
  /** This follower stops fetching this partition. */
  freeze(broker: number, topic: string, partition: number): Promise<void>
  unfreeze(broker: number, topic: string, partition: number): Promise<void>
  disk(broker: number, state: "slow" | "full" | "fail" | "lose" | "ok", ms?: number): Promise<void>
  /** Sets a node's clock `ms` ahead (or behind, where negative). */
  clock(node: number, ms: number): Promise<void>
  run(action: "cleaner" | "retention" | "roll", topic: string, partition?: number): Promise<void>
  elect(topic: string, partition: number, kind?: "preferred" | "unclean"): Promise<void>
}

/** The cluster is not ours to break. */
export class FaultsUnavailableError extends Error {
  override readonly name = "FaultsUnavailableError"
}

/** @param noteIdle called where a fault does nothing, because the host runs without faults */
export function createFaults(host: KitHost, noteIdle: () => void): Faults {
  const ask = <M extends ControlMethod>(method: M, params: ControlMethods[M]["params"]) =>
    askControl(host, method, params)
  const tell = async <M extends ControlMethod>(method: M, params: ControlMethods[M]["params"]): Promise<void> => {
    if (host.withoutFaults) noteIdle()
    else await ask(method, params)
  }
  return {
    isAvailable: host.cluster.control !== undefined,
    kill: (id) => tell("node/kill", { id }),
    stop: (id) => tell("node/stop", { id }),
    pause: (id) => tell("node/pause", { id }),
    resume: (id) => tell("node/resume", { id }),
    start: (id) => tell("node/start", { id }),
    cut: (a, b) => tell("link/cut", { a, b }),
    heal: (a, b) => tell("link/heal", { a, b }),
    delay: (a, b, ms) => tell("link/delay", { a, b, ms }),
    drop: (api, { broker, count = 1 } = {}) =>
      tell("requests/drop", { api, count, ...(broker !== undefined && { broker }) }),
    error: (api, errorCode, { count = 1, ...options } = {}) =>
      tell("requests/error", { api, errorCode, count, ...options }),
    freeze: (broker, topic, partition) => tell("replica/freeze", { broker, topic, partition }),
    unfreeze: (broker, topic, partition) => tell("replica/unfreeze", { broker, topic, partition }),
    disk: (broker, state, ms) =>
      state === "slow" && ms !== undefined ? tell("disk/slow", { broker, ms }) : tell(`disk/${state}`, { broker }),
    clock: (node, ms) => tell("clock/skew", { node, ms }),
    run: (action, topic, partition) => {
      const params = { topic, ...(partition !== undefined && { partition }) }
      const method = { cleaner: "log/clean", retention: "log/retain", roll: "log/roll" } as const
      return tell(method[action], params)
    },
    elect: (topic, partition, kind = "preferred") => tell("election/run", { topic, partition, kind }),
  }
}

/** One request over the control socket, on a connection of its own: it must work while other things do not. */
export async function askControl<M extends ControlMethod>(
  host: KitHost,
  method: M,
  params: ControlMethods[M]["params"],
): Promise<ControlMethods[M]["result"]> {
  const client = await openControl(host)
  try {
    return await client.request(method, params)
  } finally {
    client.close()
  }
}

export async function openControl(host: KitHost): Promise<ControlClient> {
  if (host.cluster.control === undefined) {
    throw new FaultsUnavailableError("Only the embedded cluster can be broken and recorded; this is another one.")
  }
  return connectControl(host.cluster.control)
}
