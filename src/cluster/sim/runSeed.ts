import { createHash } from "node:crypto"
import { produce } from "../../protocol/api/00_produce"
import { createTopics } from "../../protocol/api/19_createTopics"
import { ErrorCode } from "../../protocol/errorCodes"
import { batchesOf, decodeRecords, encodeBatch } from "../../protocol/recordBatch"
import { wait } from "../clock"
import { randomInteger } from "../random"
import type { Partition } from "../state/replica/partition"
import type { Replacements } from "./replacements"
import { SimulatedWorld } from "./simulatedWorld"
import type { Invariant, Violation } from "./violation"

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
}

export type Coverage = "leader change" | "ISR shrink" | "truncation" | "controller failover"

const BROKERS = 3
const TOPIC = "ledger"
const PARTITIONS = 2
const PRODUCERS = 4
const VIRTUAL_MINUTES = 10
const FAULTS = 24
const REQUEST_TIMEOUT_MS = 4000
const QUIET_MS = 30_000
const SECOND = 1000
const MINUTE = 60 * SECOND

export interface SeedOptions {
  /** Makes the cluster of other pieces. */
  readonly replacements?: Replacements
}

/** One seed: producers under faults for ten virtual minutes, then a rest, then the judgement. */
export async function runSeed(seed: number, { replacements }: SeedOptions = {}): Promise<SeedResult> {
  const world = new SimulatedWorld(seed, BROKERS, seed % 2 === 0 ? 3 : 1, replacements)
  const run = new SeedRun(seed, world)
  return run.result()
}

interface Acknowledged {
  readonly partition: number
  readonly offset: number
  readonly value: string
}

class SeedRun {
  readonly #history: string[] = []
  readonly #violations: Violation[] = []
  readonly #coverage = new Set<Coverage>()
  readonly #acknowledged: Acknowledged[] = []
  readonly #watermarks = new Map<string, number>()
  readonly #controllers = new Map<number, number>()
  #operations = 0
  #faults = 0
  #checks = 0
  #isOver = false

  constructor(
    private readonly seed: number,
    private readonly world: SimulatedWorld,
  ) {}

  async result(): Promise<SeedResult> {
    const { world, seed } = this
    world.cluster.onEvent(({ type, topic, partition, node, fields }) => {
      this.#note(`${type} ${topic ?? ""} ${partition ?? ""} ${node ?? ""} ${JSON.stringify(fields)}`)
      if (type === "leaderElected" && Number(fields.leaderEpoch) > 0) this.#coverage.add("leader change")
      if (type === "isrShrunk") this.#coverage.add("ISR shrink")
    })
    await world.clock.settle(world.cluster.start())
    await this.#createTopic()
    for (let producer = 0; producer < PRODUCERS; producer++) void this.#produce(producer)
    this.#watch()
    await this.#injectFaults()
    this.#isOver = true
    await world.clock.advance(QUIET_MS)
    this.#judge()
    const hash = createHash("sha256").update(this.#history.join("\n")).digest("hex")
    return {
      seed,
      operations: this.#operations,
      faults: this.#faults,
      checks: this.#checks,
      violations: this.#violations,
      hash,
      history: this.#history,
      coverage: this.#coverage,
    }
  }

  async #createTopic(): Promise<void> {
    const topics = [
      {
        name: TOPIC,
        numPartitions: PARTITIONS,
        replicationFactor: BROKERS,
        configs: [{ name: "min.insync.replicas", value: "2" }],
      },
    ]
    await this.world.clock.settle(this.world.ask(1, createTopics, { topics }, 7, MINUTE))
  }

  /** Sends one record after the other, with acks=all or acks=1; only what acks=all confirmed is held against the cluster. */
  async #produce(producer: number): Promise<void> {
    const { world } = this
    for (let count = 0; !this.#isOver; count++) {
      const partition = randomInteger(world.random, PARTITIONS)
      const acks = randomInteger(world.random, 4) === 0 ? 1 : -1
      const value = `${producer}-${count}`
      const leader = world.cluster.metadata.partition(TOPIC, partition)?.leader ?? -1
      const records = encodeBatch({ records: [{ value: Buffer.from(value), timestamp: world.clock.now() }] })
      const topicData = [{ name: TOPIC, partitionData: [{ index: partition, records }] }]
      const body = { acks, timeoutMs: REQUEST_TIMEOUT_MS, topicData }
      const response = await world.ask(leader, produce, body, 12, REQUEST_TIMEOUT_MS * 2)
      this.#operations++
      const answer = response?.responses[0]?.partitionResponses[0]
      const isAcknowledged = answer?.errorCode === ErrorCode.None
      if (isAcknowledged && acks === -1) this.#acknowledged.push({ partition, offset: answer.baseOffset, value })
      this.#note(
        `produce ${value} to ${partition} acks ${acks}: ${answer ? `${answer.errorCode} ${answer.baseOffset}` : "no answer"}`,
      )
      await wait(world.clock, isAcknowledged ? randomInteger(world.random, 400) : SECOND)
    }
  }

  async #injectFaults(): Promise<void> {
    const { world } = this
    const pauseMs = (VIRTUAL_MINUTES * MINUTE) / FAULTS
    for (let fault = 0; fault < FAULTS; fault++) {
      const heal = this.#injectOne()
      this.#faults++
      await world.clock.advance(pauseMs / 2)
      heal()
      await world.clock.advance(pauseMs / 2)
    }
  }

  /** One node suffers at a time, so that what acks=all promised must hold. Returns how to end it. */
  #injectOne(): () => void {
    const { world } = this
    const id = 1 + randomInteger(world.random, BROKERS)
    const node = world.cluster.nodes.get(id)
    if (!node) return () => {}
    const other = 1 + (id % BROKERS)
    const { links, random } = world
    switch (randomInteger(random, 6)) {
      case 0:
        this.#note(`kill ${id}`)
        node.kill()
        return () => void node.start()
      case 1:
        this.#note(`power off ${id}`)
        node.kill()
        world.disks.get(id)?.powerOff(() => random.next())
        return () => void node.start()
      case 2:
        this.#note(`pause ${id}`)
        node.pause()
        return () => node.resume()
      case 3:
        this.#note(`cut ${id} ${other}`)
        links.cut(id, other)
        return () => links.heal(id, other)
      case 4: {
        const delayMs = 1 + randomInteger(random, 300)
        this.#note(`delay ${id} ${other} ${delayMs}`)
        links.delay(id, other, delayMs)
        return () => links.heal(id, other)
      }
      default: {
        const skewMs = randomInteger(random, 20 * SECOND) - 10 * SECOND
        this.#note(`skew ${id} ${skewMs}`)
        node.skewClock(skewMs)
        return () => node.skewClock(0)
      }
    }
  }

  /** Looks at the cluster all the time: what must never happen, not even for a moment. */
  #watch(): void {
    this.world.clock.setTimer(100, () => {
      if (this.#isOver) return
      this.#checkWatermarks()
      this.#checkControllers()
      this.#watch()
    })
  }

  #checkWatermarks(): void {
    for (const [id, partition] of this.#replicas()) {
      this.#checks++
      const { index, leaderEpoch, highWatermark, logEndOffset, isLeader } = partition
      if (highWatermark > logEndOffset)
        this.#violate("high watermark never falls", `high watermark beyond log end on ${id} of ${index}`)
      if (!isLeader) continue
      const key = `${index} ${leaderEpoch}`
      if (highWatermark < (this.#watermarks.get(key) ?? 0))
        this.#violate("high watermark never falls", `high watermark fell in epoch ${key} on ${id}`)
      this.#watermarks.set(key, highWatermark)
    }
  }

  #checkControllers(): void {
    for (const { id, raft } of this.world.cluster.nodes.values()) {
      if (!raft?.leader) continue
      this.#checks++
      const known = this.#controllers.get(raft.epoch)
      if (known !== undefined && known !== id)
        this.#violate("one active controller per epoch", `controllers ${known} and ${id} in epoch ${raft.epoch}`)
      if (known === undefined && this.#controllers.size > 0) this.#coverage.add("controller failover")
      this.#controllers.set(raft.epoch, id)
    }
  }

  /** After a rest everything that acks=all confirmed is where it was confirmed, and all replicas agree. */
  #judge(): void {
    for (let index = 0; index < PARTITIONS; index++) {
      const image = this.world.cluster.metadata.partition(TOPIC, index)
      const logs = new Map<number, ReadonlyMap<number, string>>()
      for (const [id, partition] of this.#replicas()) {
        if (partition.index === index) logs.set(id, recordsOf(partition))
      }
      const leading = logs.get(image?.leader ?? -1)
      if (!leading) {
        this.#violate("the cluster recovers", `${index} has no leader after the rest: ${JSON.stringify(image)}`)
        continue
      }
      for (const { partition, offset, value } of this.#acknowledged) {
        if (partition !== index) continue
        this.#checks++
        if (leading.get(offset) !== value)
          this.#violate(
            "acknowledged records are kept",
            `acknowledged ${value} at ${index}:${offset} is ${leading.get(offset)}`,
          )
      }
      for (const id of image?.isr ?? []) {
        this.#checks++
        const own = logs.get(id)
        const differing = [...leading].find(([offset, value]) => own?.get(offset) !== value)
        if (differing) this.#violate("replicas agree", `replica ${id} of ${index} differs at ${differing[0]}`)
      }
    }
  }

  *#replicas(): Generator<readonly [number, Partition]> {
    for (const { id, broker } of this.world.cluster.nodes.values()) {
      for (const partition of broker?.services.replicas.partitions ?? []) {
        if (partition.topic === TOPIC) yield [id, partition]
      }
    }
  }

  #violate(invariant: Invariant, sentence: string): void {
    this.#note(`VIOLATION ${invariant}: ${sentence}`)
    this.#violations.push({ invariant, sentence, atMs: this.world.clock.now() })
  }

  #note(line: string): void {
    this.#history.push(`${this.world.clock.now()} ${line}`)
  }
}

/** What is committed, by offset. */
function recordsOf({ log, logStartOffset, highWatermark }: Partition): ReadonlyMap<number, string> {
  const records = new Map<number, string>()
  for (let offset = logStartOffset; offset < highWatermark; ) {
    const before = offset
    for (const batch of batchesOf(log.read(offset, 1 << 20, highWatermark))) {
      for (const record of decodeRecords(batch)) {
        records.set(record.offset, record.value?.toString() ?? "")
        offset = record.offset + 1
      }
    }
    if (offset === before) break
  }
  return records
}
