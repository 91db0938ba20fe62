import type { Clock, Timer } from "../../../src/cluster/clock"
import type {
  CoordinatorAppend,
  CoordinatorLog,
  StoredRecord,
  TransactionalProducer,
} from "../../../src/cluster/state/coordinatorLog"
import type { SubscribedTopic, TopicView } from "../../../src/cluster/state/group/consumer/topicView"
import { defaultGroupConfig, type GroupConfig } from "../../../src/cluster/state/group/groupConfig"
import { decodeGroupRecord, type GroupRecord } from "../../../src/cluster/state/group/groupRecords"
import { GroupShard } from "../../../src/cluster/state/group/groupShard"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { decodeRecords, encodeBatch } from "../../../src/protocol/recordBatch"

/** Time that moves only when told to; timers fire in order of time, then of creation. */
export class ManualClock implements Clock {
  private nowMs = 1_000_000
  private readonly timers = new Set<{ atMs: number; action: () => void }>()

  now(): number {
    return this.nowMs
  }

  setTimer(delayMs: number, action: () => void): Timer {
    const timer = { atMs: this.nowMs + delayMs, action }
    this.timers.add(timer)
    return { cancel: () => this.timers.delete(timer) }
  }

  /** Lets replies that wait for a commit go out between two timers. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms
    await settle()
    for (;;) {
      const next = [...this.timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!next) break
      this.timers.delete(next)
      this.nowMs = next.atMs
      next.action()
      await settle()
    }
    this.nowMs = endMs
  }

  get pendingTimers(): number {
    return this.timers.size
  }
}

/** Lets promises that are settled already reach their callbacks. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

/** A coordinator's partition in memory, whose replication can be held back or refused. */
export class MemoryLog implements CoordinatorLog {
  readonly batches: Buffer[] = []
  /** Set to refuse appends. */
  refusal: ErrorCode = ErrorCode.None
  /** While true, appends are not committed. */
  held = false
  private readonly waiting: (() => void)[] = []

  append(records: readonly StoredRecord[], timestampMs: number, producer?: TransactionalProducer): CoordinatorAppend {
    if (this.refusal !== ErrorCode.None) return { appended: false, committed: Promise.resolve(this.refusal) }
    this.batches.push(
      encodeBatch({
        ...(producer ? { ...producer, isTransactional: true } : {}),
        records: records.map((record) => ({ ...record, timestamp: timestampMs })),
      }),
    )
    if (!this.held) return { appended: true, committed: Promise.resolve(ErrorCode.None) }
    return { appended: true, committed: new Promise((resolve) => this.waiting.push(() => resolve(ErrorCode.None))) }
  }

  get isCommitted(): boolean {
    return !this.held
  }

  release(): void {
    this.held = false
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  *chunks(): Iterable<Buffer> {
    if (this.batches.length > 0) yield Buffer.concat(this.batches)
  }

  /** What has been written, decoded. */
  records(): GroupRecord[] {
    return this.batches
      .flatMap((batch) => decodeRecords(batch))
      .flatMap(({ key, value }) => (key ? (decodeGroupRecord(key, value) ?? []) : []))
  }
}

/** Topics that tests make and grow. */
export class MutableTopics implements TopicView {
  revision = 0
  readonly topics = new Map<string, SubscribedTopic>()

  /** The topic id is made from the name. */
  set(name: string, partitionCount: number): string {
    this.revision += 1
    const id = Buffer.from(name.padEnd(16, "_")).toString("base64url")
    this.topics.set(name, { name, id, partitions: Array.from({ length: partitionCount }, (_, index) => index) })
    return id
  }

  topicById(id: string): SubscribedTopic | undefined {
    return [...this.topics.values()].find((topic) => topic.id === id)
  }
}

/** One shard on its log, with ids that count up. */
export class CoordinatorRig {
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  readonly config: GroupConfig
  readonly topics = new MutableTopics()
  shard: GroupShard
  private nextId = 0

  constructor(config: Partial<GroupConfig> = {}) {
    this.config = { ...defaultGroupConfig, ...config }
    this.shard = this.elect()
  }

  /** A new coordinator that knows nothing but the log. */
  elect(): GroupShard {
    const shard = new GroupShard({
      partition: 0,
      log: this.log,
      clock: this.clock,
      config: this.config,
      topics: this.topics,
      newId: () => String(++this.nextId),
    })
    shard.load()
    return shard
  }

  /** Fails over: the old coordinator resigns, a new one loads. */
  failOver(): GroupShard {
    this.shard.close()
    this.shard = this.elect()
    return this.shard
  }
}

/** A reply that has come, or not yet. */
export interface Parked<Answer> {
  answer: Answer | undefined
}

export function park<Answer>(start: (reply: (answer: Answer) => void) => void): Parked<Answer> {
  const parked: Parked<Answer> = { answer: undefined }
  start((answer) => {
    if (parked.answer !== undefined) throw new Error("answered twice")
    parked.answer = answer
  })
  return parked
}
