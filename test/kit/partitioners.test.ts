import { describe, expect, it } from "vitest"
import { type PartitionChoice, partitioners } from "../../src/kit/partitioners"

function choice(changes: Partial<PartitionChoice> = {}): PartitionChoice {
  return {
    topic: "orders",
    key: null,
    value: Buffer.from("value"),
    headers: {},
    timestamp: 0,
    partitionCount: 3,
    available: [0, 1, 2],
    ...changes,
  }
}

describe("key partitioners", () => {
  it("agree with the partitions that the Java client, sarama and librdkafka compute", () => {
    const keys = ["user-123", "user-456", "order-1", "order-42", "A", "B", "C", "D"]
    const { murmur2, fnv1a, crc32 } = partitioners
    expect(keys.map((key) => murmur2.partitionOf(key, 3))).toEqual([2, 2, 1, 0, 1, 1, 1, 0])
    expect(["user-123", "user-456"].map((key) => fnv1a.partitionOf(key, 3))).toEqual([2, 2])
    expect(["user-123", "user-456"].map((key) => crc32.partitionOf(key, 3))).toEqual([0, 1])
  })

  it("move 534 of 1,000 keys when a topic grows from 3 to 6 partitions", () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `user-${index}`)
    const { partitionOf } = partitioners.murmur2
    expect(keys.filter((key) => partitionOf(key, 3) !== partitionOf(key, 6)).length).toBe(534)
  })

  it("send keyless records round, and keep to partitions that have a leader", () => {
    const all = Array.from({ length: 9 }, () => partitioners.murmur2.partition(choice({ topic: "a" })))
    const some = Array.from({ length: 4 }, () =>
      partitioners.murmur2.partition(choice({ topic: "b", available: [0, 2] })),
    )
    expect([all, some]).toEqual([
      [0, 1, 2, 0, 1, 2, 0, 1, 2],
      [0, 2, 0, 2],
    ])
  })
})

describe("sticky", () => {
  it("stays on a partition until the batch is full, then takes another one; keys go by murmur2", () => {
    const sticky = partitioners.sticky({ batchBytes: 15, random: () => 0 })
    const chosen = Array.from({ length: 8 }, () => sticky.partition(choice()))
    expect(chosen).toEqual([0, 0, 0, 1, 1, 1, 0, 0])
    expect(sticky.partition(choice({ key: Buffer.from("user-123") }))).toBe(2)
    const nine = partitioners.sticky({ random: () => 0.5 })
    expect(new Set(Array.from({ length: 9 }, () => nine.partition(choice()))).size).toBe(1)
  })
})

describe("the partitioners of the notes", () => {
  it("show their flaws: no such partition, no elsewhere, an hour on one partition", () => {
    const region = partitioners.region(undefined, () => 0)
    const byRegion = ["north", "south", "east", "west", ""].map((name) =>
      region.partition(choice({ headers: { region: name } })),
    )
    expect(byRegion).toEqual([0, 1, 2, 3, 0])

    const priority = partitioners.priority(() => 0.99)
    const high = { priority: "high" }
    expect([priority.partition(choice({ headers: high })), priority.partition(choice())]).toEqual([0, 2])
    expect(() => priority.partition(choice({ partitionCount: 1 }))).toThrow(/no partition for the rest/)

    const hour = new Date(2026, 0, 1, 14).getTime()
    const inOneHour = Array.from({ length: 60 }, (_, minute) =>
      partitioners.time().partition(choice({ timestamp: hour + minute * 60_000 })),
    )
    expect(new Set(inOneHour)).toEqual(new Set([2]))
  })
})
