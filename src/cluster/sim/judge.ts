import { wait } from "../clock"
import { compareReplicas, recordsOf } from "./invariants/compareReplicas"
import { partitionName } from "./partitionName"
import type { SimulatedClient } from "./simulatedClient"
import type { SimulatedWorld } from "./simulatedWorld"
import { checkOffsets } from "./workloads/groupOffsets"
import { CLASSIC_GROUP } from "./workloads/joinClassicGroup"
import { CONSUMER_GROUP } from "./workloads/joinConsumerGroup"
import { PartitionReader, type ReadRecord } from "./workloads/readRecords"
import { groupOf } from "./workloads/transactionRequests"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers, LOOSE } from "./workloads/workload"

const TRIES = 20
const RETRY_MS = 500

/** After the rest: what the cluster has in the end, held against everything that clients were told. */
export async function judge(world: SimulatedWorld, client: SimulatedClient, ledgers: Ledgers): Promise<void> {
  const { cluster, history } = world
  for (const { name, partitions } of cluster.metadata.topics.values()) {
    for (const { index } of partitions) {
      const leader = compareReplicas(world, history, name, index)
      if (!leader || (name !== LEDGER && name !== LOOSE)) continue
      ledgers.records.judge(partitionName({ topic: name, index }), recordsOf(leader))
    }
  }
  const committed = new Map<string, ReadonlyMap<string, number>>()
  for (let index = 0; index < LEDGER_PARTITIONS; index++) {
    const reader = new PartitionReader(client, LEDGER, index, "read_committed")
    const found = await readAll(world, reader)
    if (found) committed.set(reader.name, countValues(found))
  }
  ledgers.transactions.judge(committed)
  await judgeOffsets(world, client, ledgers)
}

/** Undefined where the end was not reached: something hangs. */
async function readAll(world: SimulatedWorld, reader: PartitionReader): Promise<readonly ReadRecord[] | undefined> {
  const { cluster, clock, history } = world
  const found: ReadRecord[] = []
  for (let left = TRIES; left > 0; left--) {
    for (let more = await reader.read(); more && more.length > 0; more = await reader.read()) found.push(...more)
    const leader = world
      .replicasOf(reader.topic, reader.index)
      .get(cluster.metadata.partition(reader.topic, reader.index)?.leader ?? -1)
    if (leader && reader.offset >= leader.logEndOffset) return found
    await wait(clock, RETRY_MS)
  }
  if (!history.isRelaxed(reader.name) && !history.isRelaxed("__transaction_state")) {
    history.violate("the cluster recovers", `read_committed gets no further than ${reader.name} ${reader.offset}`)
  }
  return undefined
}

function countValues(records: readonly ReadRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { value } of records) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

async function judgeOffsets(world: SimulatedWorld, client: SimulatedClient, ledgers: Ledgers): Promise<void> {
  const all = Array.from({ length: LEDGER_PARTITIONS }, (_, index) => index)
  for (const group of [CLASSIC_GROUP, CONSUMER_GROUP, groupOf("transfer"), groupOf("shared")]) {
    let isTold = false
    for (let left = TRIES; left > 0 && !isTold; left--) {
      isTold = await checkOffsets(client, ledgers, group, all)
      if (!isTold) await wait(world.clock, RETRY_MS)
    }
    if (!isTold && !world.history.isRelaxed("__consumer_offsets"))
      world.history.violate("the cluster recovers", `nobody tells the offsets of ${group}`)
  }
}
