import type { LogPlace } from "./segmentFiles"

export const PARTITION_METADATA = "partition.metadata"

/** The topic id that a partition's folder belongs to (KIP-516); undefined when the file is absent or empty. */
export function readPartitionMetadata({ disk, folder, latch }: LogPlace): string | undefined {
  const bytes = latch.take(disk.readFile(`${folder}/${PARTITION_METADATA}`))
  return bytes && /^topic_id: (\S+)$/m.exec(bytes.toString("utf8"))?.[1]
}

export function writePartitionMetadata(place: LogPlace, topicId: string, options: { readonly durable: boolean }): void {
  const { disk, folder, latch } = place
  latch.check(
    disk.writeFile(`${folder}/${PARTITION_METADATA}`, Buffer.from(`version: 0\ntopic_id: ${topicId}`), options),
  )
}
