/**
 * What the lessons on producers, ordering, replication, offsets, groups, semantics, idempotent processing and
 * compaction (L05 to L12) let a reader see, and the behaviour that all lessons rely on: each is proven by a scenario,
 * or stands below with the reason why answers of a cluster cannot show it.
 */
export const provenOutcomes: readonly string[] = [
  ...["L05a", "L05b", "L05c", "L05f", "L06b", "L06c", "L06d"],
  ...["L07a", "L07b", "L07c", "L07d", "L07e", "L07f"],
  ...["L08a", "L08b", "L08c", "L08d", "L08e", "L08f", "L08g"],
  ...["L09a", "L09b", "L09c", "L09e", "L09f", "L10c", "L10d", "L10e", "L10f", "L11e"],
  ...["L12a", "L12b", "L12c", "L12d", "L12e", "L12f"],
  "acks=all waits for every current ISR member",
  "ISR < min.insync.replicas before append → 19",
  "after → 20",
  "the effective minimum is min(min.insync.replicas, number of replicas)",
  "the high watermark does not advance while ISR < min",
  "Sequence gap → 45",
  "duplicates of the last 5 batches per producer and partition are acknowledged without append",
  "Leader change → epoch +1",
  "ISR by time",
  "Eligible leader replicas",
  "Timestamps > 1 h ahead → 32",
  "Record too large → 10",
  "Null key in a compacted topic → 87",
  "Session timeout < 6 s → 26",
  "acks=0 with a refused batch: no answer, the broker closes the connection",
  "segment.bytes ≥ 1 MiB",
  "stale generation 22, unknown member 25, rebalancing 27",
  "Fenced producer 90/47",
  "read_committed stops at the last stable offset; aborted transactions listed in Fetch",
  "Retention and compaction touch closed segments only",
  "tombstones go on a second pass after delete.retention.ms",
]

export const notCompared: Readonly<Record<string, string>> = {
  L05d: "counts requests of a client",
  L05e: "measures what a client's codec saves",
  L06a: "needs a reply that a broker loses on purpose, which Apache Kafka cannot be told to",
  L06e: "is the order in which one client sent",
  L09d: "is a time, and times are never compared",
  L10a: "is what an application did before it crashed",
  L10b: "is what an application did before it crashed",
  L11a: "counts effects of an application",
  L11b: "counts effects of an application",
  L11c: "counts effects of an application",
  L11d: "counts effects of an application",
  L11f: "counts effects of an application",
  "a new leader answers 78 until it has caught up":
    "lasts for one fetch of a follower: no script can be sure to hit it",
  "Group: initial rebalance delay 3 s": "is a time, and times are never compared",
}
