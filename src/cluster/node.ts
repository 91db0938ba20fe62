import type { NodeRole, NodeState } from "../contract/snapshot"
import type { Broker } from "./broker"
import type { Disk } from "./disk"
import type { EndpointImage } from "./state/metadata/imageEntries"

/** The sockets of one life of one broker. */
export interface NodeListeners {
  /** What the broker registers: advertised listeners, the first is the one that brokers use among themselves. */
  readonly endpoints: readonly EndpointImage[]
  pause(): void
  resume(): void
  /** Takes no more connections, answers what is at work, then closes. */
  close(): Promise<void>
  /** The process died: every socket is cut. */
  destroy(): void
}

/** Opens a broker's listeners; called once per life, before the broker registers. */
export type OpenListeners = (broker: Broker) => Promise<NodeListeners>

/** One machine of the cluster, through all of its lives. */
export declare class Node {
  readonly id: number
  readonly roles: readonly NodeRole[]
  readonly rack: string | null
  readonly disk: Disk
  readonly state: NodeState
  /** Undefined while it is down, and on an isolated controller. */
  readonly broker: Broker | undefined
  readonly listeners: NodeListeners | undefined
  /** Resolves when the broker is registered and unfenced, or the controller follows a leader. */
  start(): Promise<void>
  /** Controlled shutdown: leadership moves away first. */
  stop(): Promise<void>
  /** SIGKILL: no goodbye; what was written survives, as the page cache does. */
  kill(): void
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  skewClock(ms: number): void
}
