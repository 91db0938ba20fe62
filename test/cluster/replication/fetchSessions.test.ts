import { describe, expect, it } from "vitest"
import { SeededRandom } from "../../../src/cluster/sim/seededRandom"
import { VirtualClock } from "../../../src/cluster/sim/virtualClock"
import type { FetchAsk, Fetcher } from "../../../src/cluster/state/replica/fetchSession"
import { FetchSessions } from "../../../src/cluster/state/replica/fetchSessions"
import { ErrorCode } from "../../../src/protocol/errorCodes"

const MINUTE_MS = 60_000

function fetcher(replicaId: number): Fetcher {
  return {
    replicaId,
    replicaEpoch: 0,
    isolation: "read_uncommitted",
    usesTopicIds: true,
    mayReadFollowers: false,
    find: () => ErrorCode.UnknownTopicId,
    leaderOf: () => undefined,
    preferredReplica: () => -1,
  }
}

function asks(count: number): FetchAsk[] {
  return Array.from({ length: count }, (_, index) => ({
    topicKey: "id",
    topic: "many",
    topicId: "id",
    index,
    fetchOffset: 0,
    maxBytes: 1,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
  }))
}

describe("a broker with room for two fetch sessions", () => {
  it("gives it to followers before consumers, and to larger sessions once the others are old", async () => {
    const clock = new VirtualClock()
    const sessions = new FetchSessions(clock, new SeededRandom(1), 2)
    const begin = (replicaId: number, size: number) => {
      const session = sessions.begin(fetcher(replicaId), size)
      session.ask(asks(size))
      return session
    }
    const small = begin(-1, 1)
    const large = begin(-1, 5)
    const known = () => [small, large, ...followers].map(({ id }) => id !== 0 && sessions.find(id) !== undefined)
    const followers: ReturnType<typeof begin>[] = []

    const third = begin(-1, 9).id
    followers.push(begin(2, 1))
    const youngLost = known()
    await clock.advance(3 * MINUTE_MS)
    for (const session of [large, ...followers]) session.ask(asks(1))
    const smaller = begin(-1, 2).id
    const larger = begin(-1, 7).id
    expect({ third, youngLost, smaller, hasLarger: larger !== 0, known: known() }).toEqual({
      third: 0,
      youngLost: [false, true, true],
      smaller: 0,
      hasLarger: true,
      known: [false, false, true],
    })
  })
})
