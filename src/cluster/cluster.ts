import type { ClusterEvent } from "../contract/control"
import type { Clock } from "./clock"
import type { Disk } from "./disk"
import type { Handler } from "./handler"
import type { ProcessLinks } from "./links"
import type { Node, OpenListeners } from "./node"
import type { Random } from "./random"
import type { MetadataImage } from "./state/metadata/metadataImage"

export interface NodeSetup {
  readonly id: number
  readonly roles: readonly ("broker" | "controller")[]
  readonly rack?: string
  /** Its own disk; the log folder is the disk's `folder`. */
  readonly disk: Disk
  readonly folder: string
}

export interface ClusterSetup {
  readonly clusterId: string
  readonly nodes: readonly NodeSetup[]
  /** Static configs of every node. */
  readonly configs: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly random: Random
  readonly links: ProcessLinks
  /** The dispatch table: handlers by API key. Links reach brokers through it too. */
  readonly handlers: ReadonlyMap<number, Handler>
  readonly openListeners: OpenListeners
}

/** N nodes in one process. */
export declare class Cluster {
  constructor(setup: ClusterSetup)
  readonly clusterId: string
  readonly nodes: ReadonlyMap<number, Node>
  readonly links: ProcessLinks
  /** Rises with every change that a snapshot could show. */
  readonly revision: number
  /** The newest committed metadata that any running node has. */
  readonly metadata: MetadataImage
  /** Calls back after every change, at most once per turn of the event loop. Returns how to stop. */
  onChange(listener: () => void): () => void
  /** Calls back for every event in order. */
  onEvent(listener: (event: Omit<ClusterEvent, "sequence">) => void): () => void
  /** Starts every node; resolves when all are up. */
  start(): Promise<void>
  /** Controlled shutdown of every node. */
  stop(): Promise<void>
}
