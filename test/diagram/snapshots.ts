import type { ClusterSnapshot, PartitionSnapshot } from "../../src/contract/snapshot"
import type { TraceEntry } from "../../src/contract/trace"

/** A partition of three replicas that has `records` records, all of them everywhere, unless told otherwise. */
export function partition(records: number, changes: Partial<PartitionSnapshot> = {}): PartitionSnapshot {
  return {
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    replicas: [1, 2, 3],
    isr: [1, 2, 3],
    elr: [],
    logStart: 0,
    highWatermark: records,
    lastStable: records,
    logEnd: { 1: records, 2: records, 3: records },
    newest: records > 0 ? { [Math.max(0, records - 32)]: "record" } : {},
    bytes: records * 70,
    segments: [{ base: 0, bytes: records * 70, closed: false }],
    waiting: [],
    ...changes,
  }
}

/** Three nodes, the first of them the controller too, and the topics given. */
export function snapshot(
  topics: Readonly<Record<string, readonly PartitionSnapshot[]>>,
  changes: Partial<ClusterSnapshot> = {},
): ClusterSnapshot {
  const node = (id: number) => ({
    roles: id === 1 ? (["broker", "controller"] as const) : (["broker"] as const),
    host: "127.0.0.1",
    port: 9091 + id,
    state: "running" as const,
    epoch: id,
  })
  return {
    revision: 1,
    atMs: 0,
    source: "embedded",
    clusterId: "test",
    unknown: [],
    nodes: { 1: node(1), 2: node(2), 3: node(3) },
    links: {},
    quorum: { leaderId: 1, epoch: 1, highWatermark: 10, voters: { 1: { logEnd: 10, lastCaughtUpMs: 0 } } },
    topics: Object.fromEntries(
      Object.entries(topics).map(([name, partitions]) => [
        name,
        {
          id: name,
          internal: name.startsWith("__"),
          configs: {},
          partitions: Object.fromEntries(partitions.entries()),
        },
      ]),
    ),
    groups: {},
    transactions: {},
    clients: {},
    ...changes,
  }
}

/** Requests as the cluster records them, a millisecond apart. */
export function trace(entries: readonly Partial<TraceEntry>[]): TraceEntry[] {
  return entries.map((entry, index) => ({
    sequence: index,
    atMs: index,
    kind: "request",
    from: "client:producer",
    to: "broker:1",
    api: "Produce",
    version: 7,
    correlationId: index,
    fields: {},
    latencyMs: 0.5,
    interBroker: false,
    ...entry,
  }))
}
