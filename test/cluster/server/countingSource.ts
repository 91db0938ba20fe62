import type { SnapshotSource } from "../../../src/cluster/server/subscriptions"
import type { SubscribeParams } from "../../../src/contract/control"
import type { ClusterSnapshot, QuorumSnapshot } from "../../../src/contract/snapshot"

/** A cluster that is nothing but a few topics, other ones at every revision. */
export class CountingSource implements SnapshotSource {
  revision = 1
  built = 0
  quorum: QuorumSnapshot = { leaderId: 1, epoch: 1, highWatermark: 5, voters: { 1: { logEnd: 5, lastCaughtUpMs: 0 } } }

  build(_params: SubscribeParams): ClusterSnapshot {
    this.built++
    const topics: Record<string, never> = {}
    for (let index = 0; index < this.revision % 7; index++) topics[`topic-${index}`] = {} as never
    return {
      revision: this.revision,
      atMs: 1_000 + this.revision,
      source: "embedded",
      clusterId: "c",
      unknown: [],
      nodes: {},
      links: {},
      quorum: this.quorum,
      topics,
      groups: {},
      transactions: {},
      clients: {},
    }
  }
}
