import type { Clock } from "../../clock"
import type { Random } from "../../random"
import { applyRecord } from "../metadata/applyRecord"
import { ImageChanges } from "../metadata/imageChanges"
import type { MetadataImage } from "../metadata/metadataImage"
import { encodeRecord, type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { NodeConfig } from "../nodeConfig"
import type { Raft } from "../quorum/raft"
import { MutationQuotas } from "../quota/mutationQuotas"
import { bootstrapRecords } from "./bootstrapRecords"
import { fenceBroker } from "./brokerChanges"
import { BrokerSessions } from "./brokerSessions"
import type { ControllerState, Decision } from "./controllerState"
import { electPreferredLeaders, electUncleanLeaders } from "./electLeaders"
import { type PeriodicTask, PeriodicTasks } from "./periodicTasks"

export interface ControllerSetup {
  readonly nodeId: number
  readonly raft: Raft
  /** The node's own image: what is committed. */
  readonly committed: MetadataImage
  readonly configured: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly random: Random
}

/** How often sessions are looked at, of their length. */
const SESSION_CHECKS = 4
/** A config that Kafka keeps to itself (ReplicationConfigs, defineInternal): it can be set, and is not described. */
const UNCLEAN_ELECTION_INTERVAL = "unclean.leader.election.interval.ms"
const UNCLEAN_ELECTION_INTERVAL_MS = 300_000
/** Records that go into one batch of the metadata log (Kafka: MAX_RECORDS_PER_USER_OP). */
const MAX_RECORDS_PER_BATCH = 10_000

/**
 * The controller of one node: idle until its node leads the quorum, then the one that decides (Kafka:
 * QuorumController). Decisions are made synchronously on its own image, and answered when they are committed.
 */
export class Controller implements ControllerState {
  readonly clusterId: string
  readonly clock: Clock
  readonly random: Random
  readonly sessions: BrokerSessions
  readonly mutationQuotas = new MutationQuotas()
  readonly #setup: ControllerSetup
  readonly #tasks: PeriodicTasks
  #image: MetadataImage
  #config: NodeConfig
  #isActive = false

  constructor(setup: ControllerSetup) {
    this.#setup = setup
    this.clusterId = setup.committed.clusterId
    this.clock = setup.clock
    this.random = setup.random
    this.sessions = new BrokerSessions(setup.clock)
    this.#tasks = new PeriodicTasks(setup.clock)
    this.#image = setup.committed
    this.#config = new NodeConfig(setup.nodeId, setup.configured, setup.committed)
  }

  get isActive(): boolean {
    return this.#isActive
  }

  get image(): MetadataImage {
    return this.#image
  }

  get config(): NodeConfig {
    return this.#config
  }

  get nextOffset(): number {
    return this.#setup.raft.setup.log.endOffset
  }

  /** This node leads the quorum, and its image holds all that was committed before. */
  activate(): void {
    const { nodeId, configured, committed } = this.#setup
    this.#isActive = true
    this.#image = committed.copy()
    this.#config = new NodeConfig(nodeId, configured, this.#image)
    // Nobody is expelled for what an earlier controller may have heard.
    for (const id of this.#image.brokers.keys()) this.sessions.touch(id)
    if (this.#image.features.size === 0)
      void this.append(bootstrapRecords(configured.get("min.insync.replicas") ?? "1"))
    this.#tasks.start(this.#periodicTasks())
  }

  deactivate(): void {
    this.#isActive = false
    this.#tasks.stop()
    this.#image = this.#setup.committed
  }

  /**
   * Appends what was decided and gives the answer once it is committed; undefined when this controller lost its place
   * meanwhile, or its disk refused: what was appended may or may not be committed by the next.
   */
  async carryOut<Response>({ records, response }: Decision<Response>): Promise<Response | undefined> {
    return (await this.append(records)) ? response : undefined
  }

  /** True when the records are committed. Later decisions see them at once. */
  append(records: readonly MetadataRecord[]): Promise<boolean> {
    const { leader } = this.#setup.raft
    if (records.length === 0) return Promise.resolve(this.#isActive)
    if (!this.#isActive || !leader) return Promise.resolve(false)
    return new Promise((resolve) => {
      for (let start = 0; start < records.length; start += MAX_RECORDS_PER_BATCH) {
        const part = records.slice(start, start + MAX_RECORDS_PER_BATCH)
        const isLast = start + part.length === records.length
        const offset = leader.append(part.map(encodeRecord), isLast ? resolve : () => {})
        if (offset === undefined) {
          resolve(false)
          return
        }
        const changes = new ImageChanges()
        for (const record of part) applyRecord(this.#image, record, changes)
        this.#image.offset = offset + 1
      }
    })
  }

  /** Kafka: the `register…` methods of QuorumController. */
  #periodicTasks(): PeriodicTask[] {
    const config = this.#config
    const sessionTimeoutMs = config.number("broker.session.timeout.ms")
    const idleIntervalMs = config.number("metadata.max.idle.interval.ms")
    const tasks = [
      { periodMs: sessionTimeoutMs / SESSION_CHECKS, run: () => this.#fenceStaleBrokers(sessionTimeoutMs) },
      this.#electing(config.number(UNCLEAN_ELECTION_INTERVAL) || UNCLEAN_ELECTION_INTERVAL_MS, electUncleanLeaders),
    ]
    if (idleIntervalMs > 0) tasks.push({ periodMs: idleIntervalMs, run: () => this.#writeNoOp() })
    if (config.boolean("auto.leader.rebalance.enable")) {
      tasks.push(
        this.#electing(config.number("leader.imbalance.check.interval.seconds") * 1_000, electPreferredLeaders),
      )
    }
    return tasks
  }

  /** Fences whoever was not heard of for a session (Kafka: maybeFenceStaleBroker, one at a time). */
  #fenceStaleBrokers(timeoutMs: number): false {
    for (const { id, fenced } of this.#image.brokers.values()) {
      if (!fenced && this.sessions.hasExpired(id, timeoutMs)) void this.append(fenceBroker(this, id))
    }
    return false
  }

  /**
   * The log goes on though nothing changes, so that who follows it can be told from who does not (KIP-835; Kafka:
   * QuorumController.registerWriteNoOpRecord).
   */
  #writeNoOp(): false {
    void this.append([metadataRecord("NoOpRecord", {})])
    return false
  }

  #electing(periodMs: number, elect: (state: ControllerState) => Decision<boolean>): PeriodicTask {
    const run = () => {
      const { records, response } = elect(this)
      void this.append(records)
      return response
    }
    return { periodMs, run }
  }
}
