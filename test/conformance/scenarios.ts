import { expect, it } from "vitest"
import { skipTest } from "../skipTest"
import type { Client, Codec, Security, Task } from "./client"

/** Where the scenarios run, and how to start it anew on the same data. */
export interface ClusterUnderTest {
  bootstrap(): string
  restart(): Promise<void>
  /** Records the requests of one API until its end, where the cluster can be traced: their versions. */
  traceVersions?(api: string): Promise<() => Promise<readonly number[]>>
  /** A SASL_SSL listener and who may enter, where the cluster has one. */
  readonly secure?: { bootstrap(): string; readonly security: Security }
}

const codecs: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"]
const recordsPerCodec = 5

/**
 * What every client does: create, produce with each codec, produce idempotently, consume from an offset and from a
 * time, share a topic between two members of a group, find its commits after a restart of the cluster, administer,
 * and all that over SASL_SSL.
 * @param helper does for a client what it cannot
 */
export function defineScenarios(client: Client, cluster: () => ClusterUnderTest, helper: Client): void {
  const prefix = `conformance-${client.name.replaceAll(/\W+/g, "-")}`
  const topic = `${prefix}-records`
  const at = (task: Omit<Task, "bootstrap" | "topic"> & { topic?: string }): Task => ({
    topic,
    ...task,
    bootstrap: cluster().bootstrap(),
  })
  const supported = codecs.filter((codec) => client.can.includes(codec))

  it("creates a topic of three partitions with three replicas each", async () => {
    const task = at({ command: "create", partitions: 3, replicationFactor: 3 })
    if (client.can.includes("create")) await client.run(task)
    else await helper.run(task)
  })

  for (const codec of supported) {
    it(`produces with ${codec} and reads the same from that offset`, async () => {
      const count = recordsPerCodec
      await client.run(at({ command: "produce", codec, partition: 0, count }))
      const offset = supported.indexOf(codec) * count
      const { values } = await client.run(at({ command: "consume", partition: 0, offset, count }))
      expect(values).toEqual(Array.from({ length: count }, (_, index) => `${codec} value ${index}`))
    })
  }

  if (client.can.includes("idempotent")) {
    it("produces idempotently", async () => {
      await client.run(at({ command: "produce", codec: "none", partition: 1, count: 3, idempotent: true }))
      const { values } = await client.run(at({ command: "consume", partition: 1, offset: 0, count: 3 }))
      expect(values).toEqual(["none value 0", "none value 1", "none value 2"])
    })
  }

  it("reads from a time", async () => {
    await client.run(at({ command: "produce", codec: "none", partition: 2, count: 2 }))
    await nextMillisecond()
    const timestampMs = Date.now()
    await client.run(at({ command: "produce", codec: "gzip", partition: 2, count: 2 }))
    const outcome = await client.run(at({ command: "consume", partition: 2, timestampMs, count: 2 }))
    expect(outcome).toMatchObject({ values: ["gzip value 0", "gzip value 1"], firstOffset: 2 })
  })

  for (const protocol of ["classic", "consumer"] as const) {
    if (!client.can.includes(`${protocol} group`)) continue
    it(`shares a topic between two members of a ${protocol} group, which commit, and a restart keeps that`, async () => {
      const shared = `${prefix}-${protocol}`
      const group = `${prefix}-${protocol}-group`
      const create = at({ command: "create", topic: shared, partitions: 4, replicationFactor: 3 })
      if (client.can.includes("create")) await client.run(create)
      else await helper.run(create)
      for (const partition of [0, 1, 2, 3]) {
        await client.run(at({ command: "produce", topic: shared, codec: "none", partition, count: 5 }))
      }
      const task = at({ command: "group", topic: shared, group, protocol, partitions: 4, count: 20 })
      const { assignments = [], received } = await client.run(task)
      expect([assignments.flat().sort(), assignments.length, received]).toEqual([[0, 1, 2, 3], 2, 20])
      if (!client.can.includes("committed")) return
      const readCommitted = () => client.run(at({ command: "committed", topic: shared, group, partitions: 4 }))
      expect(await readCommitted()).toEqual({ offsets: { 0: 5, 1: 5, 2: 5, 3: 5 } })
      await cluster().restart()
      expect(await readCommitted()).toEqual({ offsets: { 0: 5, 1: 5, 2: 5, 3: 5 } })
    })
  }

  if (client.can.includes("transactional")) {
    it("commits, aborts and fences transactions, and offsets with them", async () => {
      const transactional = `${prefix}-transactional`
      const names = { group: `${transactional}-group`, transactionalId: `${transactional}-id` }
      const create = at({ command: "create", topic: transactional, partitions: 1, replicationFactor: 3 })
      if (client.can.includes("create")) await client.run(create)
      else await helper.run(create)
      const stopTrace = await cluster().traceVersions?.("EndTxn")
      const { fenced, offsets = { 0: 3 } } = await client.run(
        at({ command: "transact", topic: transactional, ...names }),
      )
      const versions = await stopTrace?.()
      const read = async (isolation: NonNullable<Task["isolation"]>, count: number) => {
        const where = { topic: transactional, partition: 0, offset: 0 }
        const reader = client.can.includes(isolation) ? client : helper
        return (await reader.run(at({ command: "consume", ...where, isolation, count }))).values
      }
      expect({
        fenced,
        offsets,
        committed: await read("read_committed", 4),
        uncommitted: await read("read_uncommitted", 7),
        // From version 5 on, each end of a transaction raises the producer's epoch (KIP-890).
        speaksVersion2: versions?.some((version) => version >= 5) ?? client.speaksTransactions2,
      }).toEqual({
        fenced: true,
        offsets: { 0: 3 },
        committed: ["committed 0", "committed 1", "committed 2", "committed 3"],
        uncommitted: [
          ...["committed 0", "committed 1", "committed 2", "aborted 0", "aborted 1"],
          ...["left open", "committed 3"],
        ],
        speaksVersion2: client.speaksTransactions2,
      })
    })
  }

  if (client.can.includes("admin")) {
    it("creates, describes, configures, lists and deletes a topic", async () => {
      const outcome = await client.run(at({ command: "admin", topic: `${prefix}-admin` }))
      expect(outcome).toEqual({ listed: true, partitions: 2, retentionMs: "123456" })
    })
  }

  if (client.can.includes("SASL_SSL")) {
    it("produces and reads over SASL_SSL", async (context) => {
      const { secure } = cluster()
      if (!secure) skipTest(context, "this cluster has no SASL_SSL listener")
      const over = { bootstrap: secure.bootstrap(), security: secure.security }
      const before = supported.length * recordsPerCodec
      await client.run({ ...at({ command: "produce", codec: "none", partition: 0, count: 2 }), ...over })
      const { values } = await client.run({
        ...at({ command: "consume", partition: 0, offset: before, count: 2 }),
        ...over,
      })
      expect(values).toEqual(["none value 0", "none value 1"])
    })
  }
}

async function nextMillisecond(): Promise<void> {
  const now = Date.now()
  while (Date.now() <= now + 1) await new Promise((resolve) => setImmediate(resolve))
}
