import { ProtocolError } from "../../protocol/protocolError"
import type { Clock } from "../clock"
import type { Disk, DiskError, DiskResult, DiskSpace } from "../disk"
import { isWorthCleaning } from "./cleanableRange"
import type { CleanResult } from "./cleanLog"
import { markCleanShutdown, takeCleanShutdown } from "./cleanShutdown"
import { DoomedFolders } from "./doomedFolders"
import { FailureLatch } from "./failureLatch"
import type { LogConfig } from "./logConfig"
import type { PartitionLogOptions } from "./logInterface"
import { type MetaProperties, readMetaProperties, writeMetaProperties } from "./metaProperties"
import {
  formatOffsetCheckpoint,
  type OffsetCheckpointName,
  type PartitionOffset,
  readOffsetCheckpoint,
} from "./offsetCheckpoint"
import { PartitionLog } from "./partitionLog"
import { setAsideName } from "./setAsideName"
import { TailBudget } from "./tailCache"

export interface LogFolderOptions {
  readonly disk: Disk
  /** The log dir. */
  readonly path: string
  readonly clock: Clock
  readonly clusterId: string
  readonly nodeId: number
  /** Base64url: names a new log dir (KIP-858), and what is set aside in it. */
  readonly newUuid: () => string
  /** Kafka: log.segment.delete.delay.ms. */
  readonly deletionDelayMs: () => number
  /** Told once when the disk refuses: every log in the folder is offline from then on. */
  readonly onFailure?: (error: DiskError) => void
  /** How a replica's log is opened. */
  readonly openLog?: (options: PartitionLogOptions) => DiskResult<PartitionLog>
}

/** A disk flushes much at once faster than one after the other; each log has some files open meanwhile. */
const MAX_LOGS_FLUSHING = 32

/** Lets others work; long work calls it now and then. */
export type Pause = () => Promise<void>

/** One log dir of a broker: its logs, its checkpoints, whose it is and how it was left (Kafka: `LogManager`). */
export class LogFolder {
  readonly path: string
  readonly directoryId: string
  /** Undefined: the broker was not stopped cleanly, logs are recovered. Else its epoch then (-1: not told). */
  readonly cleanShutdownEpoch: number | undefined
  readonly #disk: Disk
  readonly #clock: Clock
  readonly #newUuid: () => string
  readonly #latch: FailureLatch
  readonly #openLog: (options: PartitionLogOptions) => DiskResult<PartitionLog>
  readonly #tailBudget = new TailBudget()
  readonly #doomed: DoomedFolders
  readonly #logs = new Map<string, PartitionLog>()
  readonly #recoveryPoints: Map<string, number>
  readonly #logStarts: Map<string, number>
  readonly #highWatermarks: Map<string, number>
  #cleaning: Promise<unknown> = Promise.resolve()
  /** What the checkpoint files hold: they are written only when that changes. */
  readonly #written = new Map<OffsetCheckpointName, string>()
  /** Logs with records that cannot be read: the cleaner leaves them alone and goes on with the others (KIP-346). */
  readonly #uncleanable = new Set<PartitionLog>()
  /** Where the last compaction of each log ended. */
  readonly #cleanedTo: Map<string, number>
  /** Removed since the checkpoints were written, which still tell of them. */
  readonly #stillCheckpointed = new Set<string>()
  #isCheckpointDue = false

  /** Makes the folder or takes it over; one of another cluster or node is refused with a sentence. */
  static open(options: LogFolderOptions): DiskResult<LogFolder> {
    const { disk, path } = options
    const made = disk.makeFolder(path)
    if (!made.ok) return made
    const owner = ownFolder(options)
    if (!owner.ok) return owner
    const cleanly = takeCleanShutdown(disk, path)
    if (!cleanly.ok) return cleanly
    const latch = new FailureLatch(options.onFailure)
    const folder = new LogFolder(options, owner.value, cleanly.value, latch)
    return latch.failure ? { ok: false, error: latch.failure } : { ok: true, value: folder }
  }

  private constructor(
    options: LogFolderOptions,
    owner: MetaProperties,
    cleanShutdownEpoch: number | undefined,
    latch: FailureLatch,
  ) {
    this.path = options.path
    this.directoryId = owner.directoryId
    this.cleanShutdownEpoch = cleanShutdownEpoch
    this.#disk = options.disk
    this.#clock = options.clock
    this.#newUuid = options.newUuid
    this.#latch = latch
    this.#doomed = new DoomedFolders({ ...options, delayMs: options.deletionDelayMs, latch })
    this.#doomed.takeOver()
    this.#openLog = options.openLog ?? ((log) => PartitionLog.open(log))
    const read = (name: OffsetCheckpointName): Map<string, number> =>
      readOffsetCheckpoint(options.disk, options.path, name, latch)
    this.#recoveryPoints = read("recovery-point-offset-checkpoint")
    this.#logStarts = read("log-start-offset-checkpoint")
    this.#highWatermarks = read("replication-offset-checkpoint")
    this.#cleanedTo = read("cleaner-offset-checkpoint")
    // Offsets of a log that is gone must not hold for one that bears its name after it.
    const stored = new Set(this.stored().map(({ topic, partition }) => `${topic}-${partition}`))
    for (const offsets of this.#checkpoints()) {
      for (const key of offsets.keys()) if (!stored.has(key)) offsets.delete(key)
    }
  }

  #checkpoints(): readonly Map<string, number>[] {
    return [this.#recoveryPoints, this.#logStarts, this.#highWatermarks, this.#cleanedTo]
  }

  /** Set once the disk has refused: the folder is offline, all its logs answer KAFKA_STORAGE_ERROR. */
  get failure(): DiskError | undefined {
    return this.#latch.failure
  }

  /** The volume that it is on; undefined where that is not known. */
  get space(): DiskSpace | undefined {
    const space = this.#disk.space(this.path)
    return space.ok ? space.value : undefined
  }

  logs(): IterableIterator<PartitionLog> {
    return this.#logs.values()
  }

  log(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(`${topic}-${partition}`)
  }

  /** A log has begun in the place of one that the checkpoints tell of: a crash must not have it take that for its own. */
  get isCheckpointDue(): boolean {
    return this.#isCheckpointDue
  }

  /** Opens or begins the log of a replica; the same log when it is open already. */
  openLog(topic: string, partition: number, topicId: string, config: LogConfig): DiskResult<PartitionLog> {
    if (this.failure) return { ok: false, error: this.failure }
    const key = `${topic}-${partition}`
    const known = this.#logs.get(key)
    if (known?.topicId === topicId) return { ok: true, value: known }
    const opened = this.#openLog({
      disk: this.#disk,
      folder: `${this.path}/${key}`,
      topic,
      partition,
      topicId,
      config,
      clock: this.#clock,
      cleanShutdown: this.cleanShutdownEpoch !== undefined,
      recoveryPoint: this.#recoveryPoints.get(key) ?? 0,
      logStartOffset: this.#logStarts.get(key) ?? 0,
      latch: this.#latch,
      tailBudget: this.#tailBudget,
    })
    if (opened.ok) this.#logs.set(key, opened.value)
    this.#isCheckpointDue ||= this.#stillCheckpointed.has(key)
    return opened
  }

  /** What `replication-offset-checkpoint` knew at the start; 0 for a new replica. Never behind the log end. */
  checkpointedHighWatermark(log: PartitionLog): number {
    const known = this.#highWatermarks.get(keyOf(log)) ?? 0
    return Math.min(Math.max(known, log.logStartOffset), log.logEndOffset)
  }

  /**
   * Takes a replica's log away, as when its topic is deleted or it is assigned elsewhere: its folder gets another name
   * at once and is removed later (Kafka: `LogManager.asyncDelete`).
   */
  removeLog(log: PartitionLog): void {
    const key = keyOf(log)
    if (this.#logs.get(key) === log) this.#logs.delete(key)
    this.#uncleanable.delete(log)
    this.#forgetOffsets(key)
    if (log.logEndOffset > 0) this.#stillCheckpointed.add(key)
    const name = setAsideName(log.topic, log.partition, this.#newUuid(), "-delete")
    if (this.#latch.take(log.setAside(`${this.path}/${name}`))) this.#doomed.add(name)
  }

  /**
   * What the metadata does not give this broker any more when it starts stays under another name, for the operator to
   * look at (Kafka: `LogManager.loadLog`, `isStrayKraftReplica`).
   */
  setAsideStrays(isAssigned: (name: PartitionName) => boolean): void {
    for (const name of this.stored()) {
      const key = `${name.topic}-${name.partition}`
      if (isAssigned(name) || this.#logs.has(key)) continue
      const stray = setAsideName(name.topic, name.partition, this.#newUuid(), "-stray")
      if (!this.#latch.check(this.#disk.rename(`${this.path}/${key}`, `${this.path}/${stray}`))) return
      this.#forgetOffsets(key)
      this.#stillCheckpointed.add(key)
    }
  }

  #forgetOffsets(key: string): void {
    const wasCleaned = this.#cleanedTo.has(key)
    for (const offsets of this.#checkpoints()) offsets.delete(key)
    if (wasCleaned) this.#writeCleanerCheckpoint()
  }

  /** Topics and partitions of the folders on the disk, opened or not. */
  stored(): readonly PartitionName[] {
    return (this.#latch.take(this.#disk.list(this.path)) ?? []).flatMap(partitionNamed)
  }

  /** Kafka: every minute (`log.flush.offset.checkpoint.interval.ms`), high watermarks every five seconds. */
  checkpoint(highWatermarkOf: (log: PartitionLog) => number): void {
    if (this.failure) return
    this.#stillCheckpointed.clear()
    this.#isCheckpointDue = false
    type Known = ReadonlyMap<string, number>
    const write = (name: OffsetCheckpointName, known: Known, offsetOf: (log: PartitionLog) => number): void => {
      const offsets = this.#unopened(known)
      for (const log of this.#logs.values()) {
        // An empty log that starts at 0 has nothing to remember.
        if (log.logEndOffset > 0) offsets.push({ topic: log.topic, partition: log.partition, offset: offsetOf(log) })
      }
      this.#writeCheckpoint(name, offsets)
    }
    write("recovery-point-offset-checkpoint", this.#recoveryPoints, (log) => log.recoveryPoint)
    write("log-start-offset-checkpoint", this.#logStarts, (log) => log.logStartOffset)
    write("replication-offset-checkpoint", this.#highWatermarks, highWatermarkOf)
  }

  /** A broker that has not heard yet what it holds has opened nothing: what is known of its logs stays written. */
  #unopened(known: ReadonlyMap<string, number>): PartitionOffset[] {
    return [...known].flatMap(([key, offset]) =>
      this.#logs.has(key) ? [] : partitionNamed(key).map((name) => ({ ...name, offset })),
    )
  }

  #writeCheckpoint(name: OffsetCheckpointName, offsets: readonly PartitionOffset[]): void {
    const text = formatOffsetCheckpoint(offsets)
    if (this.#written.get(name) === text) return
    this.#written.set(name, text)
    this.#latch.check(this.#disk.writeFile(`${this.path}/${name}`, Buffer.from(text)))
  }

  /** Forgets silent producers of all logs. */
  expireProducers(): void {
    for (const log of this.#logs.values()) log.expireProducers()
  }

  /** Retention on every log; returns how many segments went (Kafka: `log.retention.check.interval.ms`). */
  deleteOldSegments(highWatermarkOf: (log: PartitionLog) => number): number {
    let removed = 0
    for (const log of this.#logs.values()) removed += log.deleteOldSegments(highWatermarkOf(log))
    return removed
  }

  /** Compacts the dirtiest log that is worth it (Kafka: `LogCleanerManager.grabFilthiestCompactedLog`); undefined: none is. */
  async cleanDirtiest(lastStableOf: (log: PartitionLog) => number, pause: Pause): Promise<CleanResult | undefined> {
    let dirtiest: PartitionLog | undefined
    let highestRatio = -1
    for (const log of this.#logs.values()) {
      if (!log.config.isCompacting || log.failure || this.#uncleanable.has(log)) continue
      const range = log.cleanableRange(this.#cleanedTo.get(keyOf(log)) ?? 0, lastStableOf(log))
      if (!isWorthCleaning(range, log.config) || range.dirtyRatio <= highestRatio) continue
      dirtiest = log
      highestRatio = range.dirtyRatio
    }
    if (!dirtiest) return undefined
    try {
      return await this.clean(dirtiest, lastStableOf(dirtiest), pause)
    } catch (thrown) {
      if (!(thrown instanceof ProtocolError)) throw thrown
      this.#uncleanable.add(dirtiest)
      return this.cleanDirtiest(lastStableOf, pause)
    }
  }

  /** Compacts a log now, however dirty it is; one log at a time. */
  clean(log: PartitionLog, lastStableOffset: number, pause: Pause): Promise<CleanResult> {
    const round = this.#cleaning.then(() => this.#cleanNow(log, lastStableOffset, pause))
    this.#cleaning = round.catch(() => undefined)
    return round
  }

  async #cleanNow(log: PartitionLog, lastStableOffset: number, pause: Pause): Promise<CleanResult> {
    const range = log.cleanableRange(this.#cleanedTo.get(keyOf(log)) ?? 0, lastStableOffset)
    const result = await log.clean(range, pause)
    if (this.#logs.get(keyOf(log)) !== log || this.failure) return result
    this.#cleanedTo.set(keyOf(log), result.cleanedTo)
    this.#writeCleanerCheckpoint()
    return result
  }

  #writeCleanerCheckpoint(): void {
    const offsets = [...this.#cleanedTo].flatMap(([key, offset]) =>
      partitionNamed(key).map((name) => ({ ...name, offset })),
    )
    this.#writeCheckpoint("cleaner-offset-checkpoint", offsets)
  }

  /** A clean stop: everything flushed and checkpointed, and a mark that the next start can trust it. */
  async close(brokerEpoch: number, highWatermarkOf: (log: PartitionLog) => number): Promise<DiskResult<void>> {
    // New files first: a journal that is just being written out keeps them waiting.
    for (const log of this.#logs.values()) log.close()
    const logs = [...this.#logs.values()].values()
    const flushOneByOne = async () => {
      for (const log of logs) if (!this.failure) await log.makeDurable()
    }
    await Promise.all(Array.from({ length: MAX_LOGS_FLUSHING }, flushOneByOne))
    this.checkpoint(highWatermarkOf)
    if (this.failure) return { ok: false, error: this.failure }
    return markCleanShutdown(this.#disk, this.path, brokerEpoch)
  }
}

interface PartitionName {
  readonly topic: string
  readonly partition: number
}

/** None, where a name is not that of a partition's folder. */
function partitionNamed(name: string): readonly PartitionName[] {
  const [, topic, partition] = /^([^/]+)-(\d+)$/.exec(name) ?? []
  return topic === undefined ? [] : [{ topic, partition: Number(partition) }]
}

function keyOf(log: PartitionLog): string {
  return `${log.topic}-${log.partition}`
}

function ownFolder(options: LogFolderOptions): DiskResult<MetaProperties> {
  const { disk, path, clusterId, nodeId } = options
  const found = readMetaProperties(disk, path)
  if (!found.ok) return found
  if (found.value) {
    const { clusterId: ownerCluster, nodeId: ownerNode } = found.value
    if (ownerCluster === clusterId && ownerNode === nodeId) return { ok: true, value: found.value }
    const message =
      `The folder ${path} belongs to node ${ownerNode} of cluster ${ownerCluster}, ` +
      `not to node ${nodeId} of cluster ${clusterId}: start in another folder.`
    return { ok: false, error: { code: "EACCES", path, message } }
  }
  const properties = { clusterId, nodeId, directoryId: options.newUuid() }
  const written = writeMetaProperties(disk, path, properties)
  return written.ok ? { ok: true, value: properties } : written
}
