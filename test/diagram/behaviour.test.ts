import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compareSequences } from "../../src/diagram/compareSequences"
import { drawLive, kindName, liveKinds } from "../../src/diagram/draw"
import { escapeLabel } from "../../src/diagram/flowchart"
import { crc32, fnv1a, murmur2 } from "../../src/diagram/keyHashes"
import { sequence } from "../../src/diagram/sequence"
import { sequenceSteps } from "../../src/diagram/sequenceSteps"
import { partition, snapshot, trace } from "./snapshots"

describe("a live picture", () => {
  it("says what is missing where there is nothing to draw", () => {
    const nothing = (kind: string, target = {}) => {
      const { empty, mermaid, twin } = drawLive(kind, snapshot({}), target, "en")
      return { empty, mermaid, twin }
    }
    expect([
      drawLive("topology", undefined, {}, "en").twin,
      nothing("partition-log", { topic: "events" }),
      nothing("replication", { topic: "events" }),
      nothing("consumer-group", { group: "readers" }),
      nothing("transaction", { transaction: "transfer" }),
      nothing("pie"),
      drawLive("partition-log", snapshot({ events: [partition(1)] }), { topic: "events", partition: 4 }, "en").twin,
    ]).toEqual([
      "No cluster is running yet: run the first cell.",
      { empty: true, mermaid: "", twin: "Topic events does not exist yet." },
      { empty: true, mermaid: "", twin: "Topic events does not exist yet." },
      { empty: true, mermaid: "", twin: "Group readers does not exist yet." },
      { empty: true, mermaid: "", twin: "Transaction transfer does not exist yet." },
      { empty: true, mermaid: "", twin: "There is no diagram of the kind pie." },
      "Topic events has no partition 4.",
    ])
  })

  it("keeps its structure while only numbers move, so that labels are patched", () => {
    const draw = (end: number) =>
      drawLive("replication", snapshot({ events: [partition(end)] }), { topic: "events" }, "en")
    expect(draw(12).structure).toBe(draw(13).structure)
    expect(draw(12).labels).not.toEqual(draw(13).labels)
    const log = (end: number) =>
      drawLive("partition-log", snapshot({ events: [partition(end)] }), { topic: "events" }, "en")
    expect(log(200).structure).toBe(log(201).structure)
    expect(log(3).structure).not.toBe(log(4).structure)
  })

  it("takes kinds in both spellings", () => {
    expect(["partitionLog", "partition-log", "topology"].map(kindName)).toEqual([
      "partition-log",
      "partition-log",
      "topology",
    ])
    expect(liveKinds).toHaveLength(6)
  })

  it("lets no label end its own quotes, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeLabel(text).replaceAll(/#\d+;/g, "")).not.toMatch(/["<>`;{}[\]\\#]/)
      }),
    )
  })
})

describe("a key's hash", () => {
  it("is what Kafka's, sarama's and librdkafka's own tests expect", () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    // org.apache.kafka.common.utils.UtilsTest.testMurmur2
    const java = { "21": -973932308, foobar: -790332482, "a-little-bit-long-string": -985981536 }
    expect(Object.fromEntries(Object.keys(java).map((key) => [key, murmur2(bytes(key)) | 0]))).toEqual(java)
    expect(fnv1a(bytes("a"))).toBe(0xe40c292c)
    expect(crc32(bytes("123456789"))).toBe(0xcbf43926)
  })
})

describe("a recorded sequence", () => {
  it("tells the difference of two recordings: by kinds of steps, by who takes part, by how long it took", () => {
    const healthy = { name: "healthy", entries: trace([{}]) }
    const failing = { name: "failing", entries: trace([{}, { errorCode: 19 }]) }
    const fed = { api: "Fetch", topic: "events", partition: 0, fields: { bytes: 9 }, interBroker: true } as const
    const whole = { name: "all", entries: trace([{ ...fed, from: "broker:2" }, { ...fed, from: "broker:3" }, {}]) }
    const frozen = { name: "one frozen", entries: trace([{ ...fed, from: "broker:2" }, { latencyMs: 3_000 }]) }
    const sent = (baseOffset: number) => ({ fields: { baseOffset } })
    const twice = { name: "written twice", entries: trace([sent(1), sent(2)]) }
    const once = { name: "recognised", entries: trace([sent(1), sent(1)]) }
    expect([
      compareSequences(twice, once, "en"),
      compareSequences(healthy, failing, "en"),
      compareSequences(healthy, healthy, "en"),
      compareSequences(whole, frozen, "en"),
    ]).toEqual([
      "Produce client → broker: offsets 1 and 2 in “written twice”, 1 and 1 in “recognised”.",
      "Only in “failing”: Produce client → broker NOT_ENOUGH_REPLICAS.",
      "Both recordings have the same steps.",
      "Only in “all”: Fetch broker 3 → broker 1. Produce client → broker: 1 ms in “all”, 3000 ms in “one frozen”.",
    ])
  })

  it("leaves out what every cluster does all the time, and keeps what a refusal makes necessary", () => {
    const follower = { api: "Fetch", from: "broker:2", topic: "events", partition: 0, interBroker: true } as const
    const metadata = { api: "Metadata", topic: "events" }
    const entries = trace([
      { api: "BrokerHeartbeat", from: "broker:2", to: "controller:1", interBroker: true },
      { ...follower, to: "controller:1", topic: "__cluster_metadata", fields: { bytes: 80 } },
      { ...follower, topic: "__consumer_offsets", fields: { bytes: 80 } },
      { ...follower, errorCode: 100 },
      { api: "ApiVersions" },
      metadata,
      metadata,
      { api: "Heartbeat" },
      { topic: "events", errorCode: 6 },
      metadata,
      { topic: "events" },
      { ...follower, fields: { fetchOffset: 0, bytes: 80 } },
      { ...follower, fields: { fetchOffset: 1, bytes: 0 } },
      { ...follower, fields: { fetchOffset: 1, bytes: 0 } },
    ])
    expect(
      sequenceSteps(entries).steps.map(({ kind, api, facts, answer }) => `${kind} ${api} ${facts}${answer}`),
    ).toEqual([
      "both Metadata ",
      "both Produce NOT_LEADER_OR_FOLLOWER",
      "both Metadata ",
      "both Produce ",
      "both Fetch from=0→ bytes=80",
      "request Fetch from=1",
    ])
  })

  it("shows the fetch that confirms, though nothing has answered it when the recording ends", () => {
    const follower = { api: "Fetch", from: "broker:2", topic: "events", partition: 0, interBroker: true } as const
    const entries = trace([
      { ...follower, atMs: 0, latencyMs: 2.1, fields: { fetchOffset: 0, bytes: 80 } },
      { topic: "events", partition: 0, atMs: 2, latencyMs: 0.4, fields: { baseOffset: 0 } },
      { ...follower, atMs: 2.2, latencyMs: 7, isOpen: true, fields: { fetchOffset: 3 } },
    ])
    expect(
      sequenceSteps(entries).steps.map(({ kind, api, facts, answer }) => `${kind} ${api} ${facts}${answer}`),
    ).toEqual([
      "request Fetch from=0→ bytes=80",
      "request Produce → offset=0",
      "reply Fetch from=0→ bytes=80",
      "request Fetch from=3",
      "reply Produce → offset=0",
    ])
  })

  it("collapses what a client asks several times at once", () => {
    const asked = { api: "OffsetFetch", topic: "events", partition: 0, fields: { offset: -1 } }
    const entries = trace([
      { ...asked, atMs: 0, latencyMs: 3 },
      { ...asked, atMs: 1, latencyMs: 3 },
      { api: "JoinGroup", atMs: 5, latencyMs: 9 },
      { ...asked, atMs: 6, latencyMs: 1 },
    ])
    expect(sequenceSteps(entries).steps.map(({ kind, api, count }) => `${kind} ${api} ${count}`)).toEqual([
      "both OffsetFetch 2",
      "request JoinGroup 1",
      "both OffsetFetch 1",
      "reply JoinGroup 1",
    ])
  })

  it("collapses what repeats, also where followers fetch in turn", () => {
    const idle = (from: "broker:2" | "broker:3", atMs: number) => ({ api: "Fetch", from, atMs, fields: { bytes: 0 } })
    const entries = trace([idle("broker:2", 1), idle("broker:3", 2), idle("broker:2", 3), idle("broker:3", 4)])
    expect(sequence(entries, "en").twin).toBe(
      "1. broker 2 to broker 1: Fetch (2 times). 2. broker 3 to broker 1: Fetch (2 times).",
    )
  })

  it("calls a classic member's generation by that name in a commit, too", () => {
    const commit = { api: "OffsetCommit", fields: { generationIdOrMemberEpoch: 3, offset: 5 } }
    const joined = { api: "JoinGroup", fields: { generationId: 3 } }
    const entries = trace([joined, { ...commit, version: 5 }, { ...commit, version: 9 }])
    expect(sequenceSteps(entries).steps.map(({ api, facts }) => `${api} ${facts}`)).toEqual([
      "JoinGroup generation=3",
      "OffsetCommit generation=3 offset=5",
      "OffsetCommit epoch=3 offset=5",
    ])
  })

  it("says so where nothing was recorded", () => {
    expect(sequence([], "en")).toMatchObject({ empty: true, twin: "Nothing was recorded." })
  })
})
