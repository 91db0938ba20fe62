import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"

export type OffsetCheckpointName =
  | "recovery-point-offset-checkpoint"
  | "log-start-offset-checkpoint"
  | "replication-offset-checkpoint"
  | "cleaner-offset-checkpoint"

export interface PartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

const VERSION = "0"

/** "version\ncount\n" and a line "topic partition offset" each (Kafka: `OffsetCheckpointFile`); keyed "topic-partition". */
export function readOffsetCheckpoint(
  disk: Disk,
  folder: string,
  name: OffsetCheckpointName,
  latch: FailureLatch,
): Map<string, number> {
  const offsets = new Map<string, number>()
  const bytes = latch.take(disk.readFile(`${folder}/${name}`))
  const [version, count, ...lines] = (bytes?.toString("utf8") ?? "").split("\n")
  // A file that is not whole says nothing: the logs tell the rest.
  if (version !== VERSION) return offsets
  for (const line of lines.slice(0, Number(count))) {
    const [topic, partition, offset] = line.split(" ")
    if (topic !== undefined && Number.isSafeInteger(Number(offset)))
      offsets.set(`${topic}-${partition}`, Number(offset))
  }
  return offsets
}

export function formatOffsetCheckpoint(offsets: readonly PartitionOffset[]): string {
  const lines = offsets.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`)
  return `${[VERSION, offsets.length, ...lines].join("\n")}\n`
}
