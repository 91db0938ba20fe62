import { describe, expect, it } from "vitest"
import { fillDefaults } from "../../../src/cluster/fillDefaults"
import type { Links } from "../../../src/cluster/links"
import { VirtualClock } from "../../../src/cluster/sim/virtualClock"
import type { NodeConfig } from "../../../src/cluster/state/nodeConfig"
import { LeaderFetcher } from "../../../src/cluster/state/replica/leaderFetcher"
import type { Partition } from "../../../src/cluster/state/replica/partition"
import type { fetch } from "../../../src/protocol/api/01_fetch"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import type { Api, ElementOf, RequestInput, ResponseInput } from "../../../src/protocol/schema"

type Answer = ElementOf<NonNullable<ElementOf<NonNullable<ResponseInput<typeof fetch>["responses"]>>["partitions"]>>

const TOPIC_ID = "4L6g3nShT-eMCtK--X86sw"

/** A replica that nothing can be cut from, as when its disk has failed. */
const immovable = {
  topic: "orders",
  topicId: TOPIC_ID,
  index: 0,
  leaderEpoch: 6,
  logStartOffset: 0,
  logEndOffset: 10,
  log: { logEndOffset: 10, latestEpoch: 5, needsFlush: false, endOffsetForEpoch: () => ({ epoch: 5, endOffset: 10 }) },
  truncateTo: () => false,
  restartAt: () => {},
} as unknown as Partition

/** How often the leader is asked about the partition within a second while it always says the same. */
async function asksPerSecond(answer: Omit<Answer, "partitionIndex">): Promise<number> {
  const clock = new VirtualClock()
  let asks = 0
  const send = async (_from: number, _to: number, api: Api, _version: number, body: RequestInput<typeof fetch>) => {
    const asked = body.topics?.length ?? 0
    asks += asked
    // As the leader parks a fetch that has nothing to say.
    if (asked === 0) await new Promise<void>((resolve) => void clock.setTimer(500, resolve))
    const partitions = asked === 0 ? [] : [{ partitionIndex: 0, ...answer }]
    return fillDefaults(api.response, { sessionId: 1, responses: [{ topicId: TOPIC_ID, partitions }] })
  }
  await fetchForASecond(clock, send)
  return asks
}

describe("a follower whose leader says the same again and again", () => {
  it("asks ten times a second where it cannot truncate, restart or append, not as fast as it can", async () => {
    const diverging = { divergingEpoch: { epoch: 5, endOffset: 10 } }
    const outOfRange = { errorCode: ErrorCode.OffsetOutOfRange, logStartOffset: 20 }
    const refused = { errorCode: ErrorCode.UnknownLeaderEpoch }
    expect({
      diverging: await asksPerSecond(diverging),
      outOfRange: await asksPerSecond(outOfRange),
      refused: await asksPerSecond(refused),
    }).toEqual({ diverging: 11, outOfRange: 11, refused: 11 })
  })
})

/** How often a leader is asked within a second that knows no sessions, or answers at once and says nothing. */
async function requestsPerSecond(leader: { readonly sessionId: number; readonly parks: boolean }): Promise<number> {
  const clock = new VirtualClock()
  let requests = 0
  const send = async (_from: number, _to: number, api: Api, _version: number, body: RequestInput<typeof fetch>) => {
    requests++
    const { maxWaitMs = 0 } = body
    if (leader.parks && maxWaitMs > 0) await new Promise<void>((done) => void clock.setTimer(maxWaitMs, done))
    return fillDefaults(api.response, { sessionId: leader.sessionId, responses: [] })
  }
  await fetchForASecond(clock, send)
  return requests
}

type Answering = (
  from: number,
  to: number,
  api: Api,
  version: number,
  body: RequestInput<typeof fetch>,
) => Promise<unknown>

/** One follower that fetches from a leader which answers as told. */
async function fetchForASecond(clock: VirtualClock, send: Answering): Promise<void> {
  const fetcher = new LeaderFetcher({
    brokerId: 1,
    leaderId: 2,
    brokerEpoch: () => 1,
    links: { attach: () => {}, detach: () => {}, send: send as unknown as Links["send"] },
    clock,
    config: { number: () => 500 } as unknown as NodeConfig,
    diskDelayMs: () => 0,
  })
  fetcher.add(immovable)
  await clock.advance(1000)
  fetcher.stop()
}

describe("a follower whose leader has nothing to say", () => {
  it("waits for it, also without a session, and does not ask as fast as it is answered", async () => {
    expect({
      parked: await requestsPerSecond({ sessionId: 1, parks: true }),
      parkedWithoutSession: await requestsPerSecond({ sessionId: 0, parks: true }),
      answeredAtOnce: await requestsPerSecond({ sessionId: 1, parks: false }),
      answeredAtOnceWithoutSession: await requestsPerSecond({ sessionId: 0, parks: false }),
    }).toEqual({ parked: 4, parkedWithoutSession: 4, answeredAtOnce: 12, answeredAtOnceWithoutSession: 12 })
  })
})
