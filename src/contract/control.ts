import type { ClusterSnapshot } from "./snapshot"
import type { TraceEntry, TraceFilter } from "./trace"

/**
 * The control API of the embedded cluster: JSON-RPC over a Unix socket (mode 0600) or a named pipe, never TCP.
 * A method maps to its parameters and its result; errors are JSON-RPC errors with a sentence.
 */
export interface ControlMethods {
  "cluster/subscribe": {
    params: SubscribeParams
    result: { revision: number; snapshot: ClusterSnapshot }
  }
  "cluster/events": { params: { since: number }; result: { events: ClusterEvent[]; oldest: number } }
  "cluster/configure": { params: { key: string; value: string }; result: null }
  "trace/start": { params: { filter?: TraceFilter; limit?: number }; result: { trace: number } }
  "trace/stop": { params: { trace: number }; result: { entries: TraceEntry[] } }
  "node/kill": { params: NodeParams; result: null }
  "node/stop": { params: NodeParams; result: null }
  "node/pause": { params: NodeParams; result: null }
  "node/resume": { params: NodeParams; result: null }
  "node/start": { params: NodeParams; result: null }
  "link/cut": { params: LinkParams; result: null }
  "link/heal": { params: LinkParams; result: null }
  "link/delay": { params: LinkParams & { ms: number }; result: null }
  "requests/error": {
    params: {
      broker?: number
      api: string
      topic?: string
      partition?: number
      count: number
      errorCode: number
      delayMs?: number
    }
    result: null
  }
  "requests/drop": { params: { broker?: number; api: string; count: number }; result: null }
  "replica/freeze": { params: ReplicaParams; result: null }
  "replica/unfreeze": { params: ReplicaParams; result: null }
  "disk/slow": { params: { broker: number; ms?: number }; result: null }
  "disk/full": { params: { broker: number }; result: null }
  "disk/fail": { params: { broker: number }; result: null }
  "disk/lose": { params: { broker: number }; result: null }
  "disk/ok": { params: { broker: number }; result: null }
  "clock/skew": { params: { node: number; ms: number }; result: null }
  "log/clean": { params: LogParams; result: null }
  "log/retain": { params: LogParams; result: null }
  "log/roll": { params: LogParams; result: null }
  "election/run": { params: { topic: string; partition: number; kind: "preferred" | "unclean" }; result: null }
}

export type ControlMethod = keyof ControlMethods

/** What the cluster sends unasked. At most 20 a second; `from` is the revision that `patch` starts from. */
export interface ControlNotifications {
  "cluster/changed": { from: number; to: number; atMs: number; patch: unknown }
}

export interface SubscribeParams {
  /** `summary` holds names and counts only. */
  readonly detail: "summary" | "full"
  readonly topics?: readonly string[]
  readonly groups?: readonly string[]
  readonly transactions?: readonly string[]
}

export interface NodeParams {
  readonly id: number
}

/** Node ids, or "clients" for everything that connects from outside. */
export interface LinkParams {
  readonly a: number | "clients"
  readonly b: number | "clients"
}

export interface ReplicaParams {
  readonly broker: number
  readonly topic: string
  readonly partition: number
}

export interface LogParams {
  readonly topic: string
  readonly partition?: number
}

/** A change of state, in order: a leader elected, an ISR shrunk, a node fenced, a fault injected. */
export interface ClusterEvent {
  readonly sequence: number
  readonly atMs: number
  readonly type: string
  readonly node?: number
  readonly topic?: string
  readonly partition?: number
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

/** What the process that runs a cluster tells its parent first, and writes to `cluster.json` in its data folder. */
export interface ClusterAddress {
  readonly pid: number
  readonly control: string
  readonly bootstrap: string
  readonly clusterId: string
}
