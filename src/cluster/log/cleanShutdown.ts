import type { Disk, DiskResult } from "../disk"

const FILE_NAME = ".kafka_cleanshutdown"

/**
 * Takes the mark of a clean stop away and answers with the broker epoch that was in it; undefined after an unclean stop
 * (Kafka: `CleanShutdownFileHandler`, KIP-966).
 */
export function takeCleanShutdown(disk: Disk, folder: string): DiskResult<number | undefined> {
  const path = `${folder}/${FILE_NAME}`
  const read = disk.readFile(path)
  if (!read.ok) return read
  if (!read.value) return { ok: true, value: undefined }
  const removed = disk.remove(path)
  if (!removed.ok) return removed
  const epoch = /"brokerEpoch"\s*:\s*(-?\d+)/.exec(read.value.toString("utf8"))?.[1]
  return { ok: true, value: epoch === undefined ? -1 : Number(epoch) }
}

export function markCleanShutdown(disk: Disk, folder: string, brokerEpoch: number): DiskResult<void> {
  const mark = JSON.stringify({ version: 0, brokerEpoch })
  return disk.writeFile(`${folder}/${FILE_NAME}`, Buffer.from(mark), { durable: true })
}
