import type { Clock, Timer } from "../../../src/cluster/clock"
import type { Disk } from "../../../src/cluster/disk"
import { DEFAULT_LOG_CONFIG, type LogConfig } from "../../../src/cluster/log/logConfig"
import { PartitionLog, type PartitionLogOptions } from "../../../src/cluster/log/partitionLog"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { type BatchInput, batchesOf, decodeRecords, encodeBatch } from "../../../src/protocol/recordBatch"

export const NOW_MS = 1_700_000_000_000
export const TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAQ"
export const FOLDER = "/data/events-0"

/** A clock that stands until it is moved. */
export class HandClock implements Clock {
  nowMs = NOW_MS
  #timers: { readonly dueMs: number; readonly action: () => void }[] = []

  now(): number {
    return this.nowMs
  }

  setTimer(delayMs: number, action: () => void): Timer {
    const timer = { dueMs: this.nowMs + delayMs, action }
    this.#timers.push(timer)
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      },
    }
  }

  /** Moves it, and runs what comes due meanwhile. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= endMs).sort((one, other) => one.dueMs - other.dueMs)
      if (!next) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.nowMs = Math.max(this.nowMs, next.dueMs)
      next.action()
    }
    this.nowMs = endMs
  }
}

export interface LogSetup {
  readonly disk?: Disk
  readonly clock?: HandClock
  readonly config?: Partial<LogConfig>
  readonly options?: Partial<PartitionLogOptions>
}

export function openLog(setup: LogSetup = {}): PartitionLog {
  const opened = PartitionLog.open({
    disk: setup.disk ?? new MemoryDisk(),
    folder: FOLDER,
    topic: "events",
    partition: 0,
    topicId: TOPIC_ID,
    config: { ...DEFAULT_LOG_CONFIG, ...setup.config },
    clock: setup.clock ?? new HandClock(),
    ...setup.options,
  })
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

/** A batch of records with these values, timestamps counting up from `timestamp`. */
export function batchOf(
  values: readonly string[],
  more: Partial<BatchInput> & { readonly timestamp?: number } = {},
): Buffer {
  const { timestamp = NOW_MS, ...input } = more
  const records = values.map((value, index) => ({
    timestamp: timestamp + index,
    key: Buffer.from("k"),
    value: Buffer.from(value),
  }))
  return encodeBatch({ records, ...input })
}

export function append(log: PartitionLog, batch: Buffer, leaderEpoch = 0): number {
  const result = log.append(batch, { leaderEpoch, origin: "client" })
  if (result.errorCode !== 0) throw new Error(`append: ${result.errorCode} ${result.errorMessage}`)
  return result.baseOffset
}

/** What a reader sees from `offset` on: "offset:value". */
export function contents(log: PartitionLog, offset: number = log.logStartOffset, maxBytes = 1 << 20): string[] {
  const seen: string[] = []
  let next = offset
  for (;;) {
    const bytes = log.read(next, maxBytes)
    if (bytes.length === 0) return seen
    for (const batch of batchesOf(bytes)) {
      for (const record of decodeRecords(batch)) {
        if (record.offset >= next) seen.push(`${record.offset}:${record.value?.toString() ?? "null"}`)
        next = Math.max(next, record.offset + 1)
      }
    }
  }
}
