import fc from "fast-check"
import { expect, test } from "vitest"
import { batchesOf, batchHeaderBytes, batchSize, codecNames, setChecksum } from "../../../src/protocol/recordBatch"
import { append, batchOf, contents, openLog } from "./logFixture"

/** How often each property is tried: FUZZ_RUNS makes the suite's short run a long one. */
const runs = Number(process.env.FUZZ_RUNS ?? 50)
const timeoutMs = 180_000 + runs * 1_000

/** Offsets out of order make the log write the batch anew, and then a value of a negative length is met. */
const unreadableValue: [codec: "zstd", Mutation[], boolean, number, "producer"] = [
  "zstd",
  [
    { position: 1898032535, byte: 133 },
    { position: 4893379, byte: 1 },
  ],
  true,
  261111721,
  "producer",
]

interface Mutation {
  readonly position: number
  readonly byte: number
}

const mutation: fc.Arbitrary<Mutation> = fc.record({ position: fc.nat(), byte: fc.nat(255) })

test("a batch of any bytes is refused with an error code or kept whole, and never disturbs the log", {
  timeout: timeoutMs,
}, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...codecNames),
      fc.array(mutation, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.nat(),
      fc.constantFrom("producer" as const, "uncompressed" as const, "lz4" as const),
      (codec, mutations, hasRightChecksum, cut, compressionType) => {
        const log = openLog({ config: { isCompacting: true, compressionType } })
        append(log, batchOf(["first"]))
        let batch = batchOf(["a".repeat(60), "b", "c"], { codec, producerId: 3, producerEpoch: 0, baseSequence: 0 })
        for (const { position, byte } of mutations) batch[position % batch.length] = byte
        if (cut % 3 === 0) batch = batch.subarray(0, cut % batch.length)
        const isWhole = batch.length > batchHeaderBytes && batchSize(batch) === batch.length
        if (hasRightChecksum && isWhole) setChecksum(batch)
        const result = log.append(batch, { leaderEpoch: 1, origin: "client" })
        if (result.errorCode !== 0) expect([log.logEndOffset, log.latestEpoch]).toEqual([1, 0])
        append(log, batchOf(["last"]))
        const stored = [...batchesOf(log.read(0, 1 << 20))]
        expect(stored.reduce((sum, each) => sum + each.length, 0)).toBe(log.bytes)
        expect(contents(log, log.logEndOffset - 1)).toEqual([`${log.logEndOffset - 1}:last`])
      },
    ),
    { numRuns: runs * 40, examples: [unreadableValue] },
  )
})

test("fetched bytes of any kind are refused or kept whole", { timeout: timeoutMs }, () => {
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 6 }), fc.nat(), (mutations, cut) => {
      const leader = openLog()
      append(leader, batchOf(["a", "b"]))
      append(leader, batchOf(["c"]))
      const bytes = Buffer.from(leader.read(0, 1 << 20))
      for (const { position, byte } of mutations) bytes[position % bytes.length] = byte
      const follower = openLog()
      const taken = cut % 4 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes
      const result = follower.appendFetched(taken)
      expect(follower.bytes).toBe(result.errorCode === 0 ? taken.length : 0)
    }),
    { numRuns: runs * 40 },
  )
})
