import { describe, expect, it } from "vitest"
import { VirtualClock } from "../../../src/cluster/sim/virtualClock"
import { type FetchAsk, FetchSession } from "../../../src/cluster/state/replica/fetchSession"
import type { Partition } from "../../../src/cluster/state/replica/partition"
import type { ReplicaWatcher } from "../../../src/cluster/state/replica/replica"

const PARTITIONS = 500
const bounds = { maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 20 }

/** As much of a leader's partition as a follower's session looks at; counts the looks. */
class WatchedPartition {
  readonly log = { failure: undefined }
  readonly leaderId = 1
  readonly leaderEpoch = 0
  readonly replicas = [1, 2, 3]
  highWatermark = 1
  records = Buffer.alloc(0)
  looks = 0
  watcher: ReplicaWatcher | undefined

  watch(watcher: ReplicaWatcher): void {
    this.watcher = watcher
  }
  checkLeader(): number {
    return 0
  }
  divergence(): undefined {
    return undefined
  }
  noteFollowerFetch(): void {}
  get logEndOffset(): number {
    return 1
  }
  readAsLeader() {
    this.looks++
    const { highWatermark, records } = this
    return { errorCode: 0, highWatermark, lastStableOffset: 1, logStartOffset: 0, records, abortedTransactions: null }
  }
}

describe("a follower's fetch session with hundreds of partitions", () => {
  it("looks again only at those that moved, and tells every moved watermark with the next answer", async () => {
    const clock = new VirtualClock()
    const partitions = Array.from({ length: PARTITIONS }, () => new WatchedPartition())
    const session = new FetchSession(
      1,
      {
        replicaId: 2,
        replicaEpoch: 0,
        isolation: "read_uncommitted",
        find: ({ index }) => partitions[index] as unknown as Partition,
        preferredReplica: () => -1,
        mayReadFollowers: false,
        usesTopicIds: true,
        leaderOf: () => undefined,
      },
      clock,
    )
    const looks = () => partitions.reduce((sum, partition) => sum + partition.looks, 0)
    session.ask(partitions.map((_, index) => askOf(index)))
    await session.run(true, { ...bounds, maxWaitMs: 0 })
    const atFirst = looks()

    // Every watermark moves: that alone wakes no follower.
    const parked = session.run(false, bounds)
    for (const partition of partitions) {
      partition.highWatermark = 2
      partition.watcher?.onCommitted()
    }
    // Then one request after the other supersedes the parked one, each for one partition.
    const superseded = [parked]
    for (let index = 0; index < 20; index++) {
      session.supersede()
      session.ask([askOf(index)])
      superseded.push(session.run(false, bounds))
      await Promise.resolve()
    }
    const last = partitions[7]
    if (!last) throw new Error("no partition 7")
    last.records = Buffer.alloc(10)
    last.watcher?.onAppended()
    const answers = (await clock.settle(Promise.all(superseded))).at(-1) ?? []
    expect({
      looksAtFirst: atFirst,
      // Each once when it moved and once for the answer, and a few for the twenty requests.
      isFew: looks() - atFirst < PARTITIONS * 2 + 100,
      told: answers.filter(({ partition }) => partition.highWatermark === 2).length,
      withRecords: answers.flatMap(({ ask, partition }) => (partition.records?.length ? [ask.index] : [])),
    }).toEqual({ looksAtFirst: PARTITIONS, isFew: true, told: PARTITIONS, withRecords: [7] })
  })
})

function askOf(index: number): FetchAsk {
  return {
    topicKey: "id",
    topic: "many",
    topicId: "id",
    index,
    fetchOffset: 1,
    maxBytes: 1 << 20,
    currentLeaderEpoch: 0,
    lastFetchedEpoch: 0,
    logStartOffset: 0,
  }
}
