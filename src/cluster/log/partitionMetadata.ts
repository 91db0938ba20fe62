import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"

const FILE_NAME = "partition.metadata"

/** The topic id that a partition's folder belongs to (KIP-516); undefined when the file is absent or empty. */
export function readPartitionMetadata(disk: Disk, folder: string, latch: FailureLatch): string | undefined {
  const bytes = latch.take(disk.readFile(`${folder}/${FILE_NAME}`))
  return bytes && /^topic_id: (\S+)$/m.exec(bytes.toString("utf8"))?.[1]
}

export function writePartitionMetadata(disk: Disk, folder: string, topicId: string, latch: FailureLatch): void {
  latch.check(disk.writeFile(`${folder}/${FILE_NAME}`, Buffer.from(`version: 0\ntopic_id: ${topicId}`)))
}
