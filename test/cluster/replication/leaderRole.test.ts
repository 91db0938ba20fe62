import { expect, test } from "vitest"
import { SendBuffers } from "../../../src/cluster/log/sendBuffers"
import type { BrokerImage } from "../../../src/cluster/state/metadata/imageEntries"
import { MetadataImage } from "../../../src/cluster/state/metadata/metadataImage"
import { NodeConfig } from "../../../src/cluster/state/nodeConfig"
import { LeaderRole } from "../../../src/cluster/state/replica/leaderRole"
import type { IsrChange } from "../../../src/cluster/state/replica/partitionContext"
import { Replica } from "../../../src/cluster/state/replica/replica"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { HandClock, openLog } from "../log/logFixture"

test("a follower whose admission to the ISR was refused is proposed again while it fetches", async () => {
  const clock = Object.assign(new HandClock(), { setTimer: () => ({ cancel: () => {} }) })
  const metadata = new MetadataImage("cluster")
  const follower: Partial<BrokerImage> = { id: 2, epoch: 7, fenced: false, inControlledShutdown: false }
  metadata.brokers.set(2, follower as BrokerImage)
  const asked: IsrChange[] = []
  const context = {
    brokerId: 1,
    clock,
    config: new NodeConfig(1, new Map(), metadata),
    metadata,
    alterIsr: async (change: IsrChange) => {
      asked.push(change)
      return { errorCode: ErrorCode.IneligibleReplica, isr: [], leaderEpoch: 0, partitionEpoch: 0 }
    },
    diskDelayMs: 0,
    sendBuffers: new SendBuffers(),
    noteChange: () => {},
  }
  const image = {
    topic: "orders",
    topicId: "AAAAAAAAAAAAAAAAAAAAAg",
    index: 0,
    replicas: [1, 2],
    isr: [1],
    elr: [],
    lastKnownElr: [],
    removingReplicas: [],
    addingReplicas: [],
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    leaderRecoveryState: 0,
  }
  const role = new LeaderRole(context, new Replica(openLog(), 0), image)
  role.noteFetch(2, 0, 0, { lastFetchMs: clock.now(), brokerEpoch: 7 })
  await Promise.resolve()
  role.shrinkIsr()
  expect(asked.map(({ isr }) => isr)).toEqual([
    [1, 2],
    [1, 2],
  ])
})
