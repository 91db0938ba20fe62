import { createTopics } from "../../protocol/api/19_createTopics"
import { FaultSchedule } from "./faultSchedule"
import type { Coverage, History } from "./history"
import { ClusterWatch } from "./invariants/clusterWatch"
import { IsrWatch } from "./invariants/isrWatch"
import { OffsetLedger } from "./invariants/offsetLedger"
import { OwnerLedger } from "./invariants/ownerLedger"
import { RecordLedger } from "./invariants/recordLedger"
import { TransactionLedger } from "./invariants/transactionLedger"
import { judge } from "./judge"
import { noteMetadata } from "./noteMetadata"
import type { Replacements } from "./replacements"
import { SeededRandom } from "./seededRandom"
import { SimulatedClient } from "./simulatedClient"
import { SimulatedWorld } from "./simulatedWorld"
import type { Violation } from "./violation"
import { UnsettledError } from "./virtualClock"
import { Administrator } from "./workloads/administer"
import { joinClassicGroup } from "./workloads/joinClassicGroup"
import { joinConsumerGroup } from "./workloads/joinConsumerGroup"
import { produceIdempotently } from "./workloads/produceIdempotently"
import { producePlain } from "./workloads/producePlain"
import { produceTransactions } from "./workloads/produceTransactions"
import { readRecords } from "./workloads/readRecords"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers, LOOSE, type Workload } from "./workloads/workload"

export interface SeedResult {
  readonly seed: number
  readonly operations: number
  readonly faults: number
  readonly checks: number
  readonly violations: readonly Violation[]
  /** Of everything that happened, in order: the same seed gives the same. */
  readonly hash: string
  readonly history: readonly string[]
  readonly coverage: ReadonlySet<Coverage>
  /** How many partitions the history has relieved of their promises. */
  readonly relaxed: number
}

export interface SeedOptions {
  /** Makes the cluster of other pieces. */
  readonly replacements?: Replacements
}

const BROKERS = 3
const FAULTS = 26
const MINUTE = 60_000
const FAULTS_MS = 10 * MINUTE
const REST_MS = MINUTE
const START_MS = 2 * MINUTE
/** In one of so many seeds more goes wrong than any cluster is made for. */
const RECKLESS_ONE_IN = 8
/** In one of so many seeds there is one controller, else three. */
const LONE_CONTROLLER_ONE_IN = 4
/** Two machines with clients; a link from one of them may be cut. */
const HOSTS = [-1, -2]
/** Streams of chance that do not disturb each other. */
const FAULT_STREAM = 1
const CLIENT_STREAM = 2

/** One seed: all kinds of clients under faults for ten virtual minutes, then a rest, then the judgement. */
export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const run = new SeedRun(seed, options)
  return run.result()
}

class SeedRun {
  readonly #history: History
  readonly #world: SimulatedWorld
  readonly #clients: SimulatedClient[] = []
  /** Clients that have not come to the end of their work. */
  readonly #busy = new Set<string>()

  constructor(
    private readonly seed: number,
    { replacements = {} }: SeedOptions,
  ) {
    const controllers = seed % LONE_CONTROLLER_ONE_IN === 0 ? 1 : BROKERS
    this.#world = new SimulatedWorld({ seed, brokers: BROKERS, controllers, replacements })
    this.#history = this.#world.history
  }

  async result(): Promise<SeedResult> {
    try {
      await this.#run()
    } catch (error) {
      this.#blame(error)
    }
    return this.#tell()
  }

  async #run(): Promise<void> {
    const world = this.#world
    const { clock, cluster } = world
    const history = this.#history
    noteMetadata(world, history)
    await clock.settle(cluster.start(), START_MS, "the start of the cluster")
    await this.#createTopics()

    const ledgers: Ledgers = {
      records: new RecordLedger(history),
      transactions: new TransactionLedger(history),
      offsets: new OffsetLedger(history),
      owners: new OwnerLedger(history),
    }
    cluster.onEvent(({ type, topic }) => {
      if (type === "leaderElected" && topic === "__consumer_offsets") ledgers.owners.noteCoordinatorMoved(clock.now())
    })
    const administrator = new Administrator(this.#newClient("admin"))
    const work = [
      ...this.#employ().map(([client, workload]) => this.#follow(client.name, workload(client, ledgers))),
      this.#follow("admin", administrator.work()),
    ]
    const watch = new ClusterWatch(world, history)
    watch.begin()
    const isrWatch = new IsrWatch(world, history)
    isrWatch.begin()
    const random = new SeededRandom(this.#stream(FAULT_STREAM))
    const isReckless = this.seed % RECKLESS_ONE_IN === RECKLESS_ONE_IN - 1
    const options = { faults: FAULTS, durationMs: FAULTS_MS, hosts: HOSTS, isReckless }
    await clock.settle(new FaultSchedule(world, history, random, options).run(), 2 * FAULTS_MS, "the faults")
    await clock.advance(REST_MS / 2)
    for (const client of this.#clients) client.isOver = true
    await clock.settle(Promise.all(work), REST_MS, "the work of the clients after the last fault")
    await clock.advance(REST_MS / 2)
    await clock.settle(judge(world, this.#newClient("judge"), ledgers), MINUTE, "the judgement")
    administrator.judge()
    watch.isOver = true
    isrWatch.isOver = true
  }

  async #follow(client: string, work: Promise<void>): Promise<void> {
    this.#busy.add(client)
    await work
    this.#busy.delete(client)
  }

  /** A seed that cannot go on has failed like any other: with a name, and with its history. */
  #blame(error: unknown): void {
    if (error instanceof UnsettledError) {
      const busy = this.#busy.size > 0 ? `; still at work: ${[...this.#busy].join(", ")}` : ""
      this.#history.violate("the cluster settles", `${error.message}${busy}`)
    } else this.#history.violate("nothing is thrown", String(error))
  }

  #tell(): SeedResult {
    const { operations, faults, checks, violations, hash, lines, coverage, relaxed } = this.#history
    return {
      seed: this.seed,
      operations,
      faults,
      checks,
      violations,
      hash,
      history: lines,
      coverage,
      relaxed: relaxed.size,
    }
  }

  async #createTopics(): Promise<void> {
    const world = this.#world
    const client = this.#newClient("founder")
    const topics = [
      { name: LEDGER, numPartitions: LEDGER_PARTITIONS, replicationFactor: BROKERS },
      {
        name: LOOSE,
        numPartitions: 1,
        replicationFactor: BROKERS,
        configs: [
          { name: "min.insync.replicas", value: "1" },
          { name: "unclean.leader.election.enable", value: "true" },
        ],
      },
    ]
    const created = world.ask(client.host, 1, createTopics, 7, { topics }, MINUTE)
    await world.clock.settle(created, 2 * MINUTE, "the creation of the topics")
    await world.clock.advance(1000)
  }

  #employ(): readonly (readonly [SimulatedClient, Workload])[] {
    const employ = (name: string, workload: Workload) => [this.#newClient(name), workload] as const
    return [
      employ("plain-1", producePlain),
      employ("plain-2", producePlain),
      employ("idempotent-1", produceIdempotently),
      employ("idempotent-2", produceIdempotently),
      employ("transfer-1", produceTransactions("transfer", 2)),
      employ("shared-1", produceTransactions("shared", 2)),
      employ("shared-2", produceTransactions("shared", 1)),
      employ("reader-1", readRecords("read_uncommitted")),
      employ("reader-2", readRecords("read_committed")),
      employ("classic-1", joinClassicGroup),
      employ("classic-2", joinClassicGroup),
      employ("modern-1", joinConsumerGroup),
      employ("modern-2", joinConsumerGroup),
    ]
  }

  #newClient(name: string): SimulatedClient {
    const number = this.#clients.length
    const random = new SeededRandom(this.#stream(CLIENT_STREAM + number))
    const host = HOSTS[number % HOSTS.length] ?? -1
    const client = new SimulatedClient(this.#world, this.#history, random, name, host)
    this.#clients.push(client)
    return client
  }

  #stream(stream: number): number {
    return this.seed * 1009 + stream
  }
}
