import { baseOffset, batchesOf, decodeRecords, isControl, lastOffset } from "../../../protocol/recordBatch"
import type { Partition } from "../../state/replica/partition"
import type { History } from "../history"
import { partitionName } from "../partitionName"
import type { SimulatedWorld } from "../simulatedWorld"

const READ_BYTES = 1 << 20

/** Byte for byte: what is committed is the same on every replica that is in sync. Returns the leader's. */
export function compareReplicas(
  world: SimulatedWorld,
  history: History,
  topic: string,
  index: number,
): Partition | undefined {
  const image = world.cluster.metadata.partition(topic, index)
  const name = partitionName({ topic, index })
  const replicas = world.replicasOf(topic, index)
  const leader = replicas.get(image?.leader ?? -1)
  if (!image || !leader) {
    if (!history.isRelaxed(name)) history.violate("the cluster recovers", `${name} has no leader`)
    return undefined
  }
  if (image.isr.length < image.replicas.length && !history.isRelaxed(name)) {
    history.violate("the cluster recovers", `${name} has ISR ${image.isr.join()} of ${image.replicas.join()}`)
  }
  for (const id of image.isr) {
    const replica = replicas.get(id)
    if (id === image.leader || !replica) continue
    history.checks++
    const start = Math.max(leader.logStartOffset, replica.logStartOffset)
    const end = Math.min(leader.highWatermark, replica.highWatermark)
    const ones = committedBatches(leader, start, end)
    const others = committedBatches(replica, start, end)
    // Each replica is compacted in its own time: what counts is the last value of each key.
    const differing = leader.log.config.isCompacting ? firstDifferentKey(ones, others) : firstDifference(ones, others)
    if (differing !== undefined) history.violate("replicas agree", `${name} differs on ${id} ${differing}`)
  }
  return leader
}

/** Values by offset, markers left out. */
export function recordsOf(partition: Partition): ReadonlyMap<number, string> {
  const records = new Map<number, string>()
  for (const batch of committedBatches(partition, partition.logStartOffset, partition.highWatermark)) {
    if (isControl(batch)) continue
    for (const { offset, value } of decodeRecords(batch)) records.set(offset, value?.toString() ?? "")
  }
  return records
}

function* committedBatches({ log }: Partition, start: number, end: number): Generator<Buffer> {
  for (let offset = start; offset < end; ) {
    const before = offset
    for (const batch of batchesOf(log.read(offset, READ_BYTES, end))) {
      yield batch
      offset = lastOffset(batch) + 1
    }
    if (offset === before) return
  }
}

/** In words; undefined where they are the same. */
function firstDifference(ones: Iterator<Buffer>, others: Iterator<Buffer>): string | undefined {
  for (;;) {
    const one = ones.next()
    const other = others.next()
    if (one.done && other.done) return undefined
    if (one.done || other.done) return "in length"
    if (!one.value.equals(other.value)) return `at ${baseOffset(one.value)}, where it has ${baseOffset(other.value)}`
  }
}

function firstDifferentKey(ones: Iterable<Buffer>, others: Iterable<Buffer>): string | undefined {
  const one = lastValues(ones)
  const other = lastValues(others)
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    if (one.get(key) !== other.get(key)) return `in key ${key}`
  }
  return undefined
}

/** Without tombstones, which go sooner on one replica than on the other. */
function lastValues(batches: Iterable<Buffer>): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const batch of batches) {
    if (isControl(batch)) continue
    for (const { key, value } of decodeRecords(batch)) {
      const name = key?.toString("hex") ?? ""
      if (value === null) values.delete(name)
      else values.set(name, value.toString("hex"))
    }
  }
  return values
}
