import { Kafka, logLevel } from "kafkajs"
import { expect, test } from "vitest"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import { connectControl } from "../../../src/process/control"

test("a consumer that names its rack reads from the replica there, another one from the leader (KIP-392)", async () => {
  const selector = "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector"
  const options = ["--profile", "lessons", "--racks", "north,south,east", "--config", selector]
  const server = await ClusterServer.start(parseOptions(options), () => {})
  const control = await connectControl(server.address.control)
  const kafka = new Kafka({ brokers: server.address.bootstrap.split(","), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: "near", replicaAssignment: [{ partition: 0, replicas: [1, 2, 3] }] }] })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  const send = (value: string) => producer.send({ topic: "near", acks: -1, messages: [{ value }] })
  const readFrom: Record<string, readonly string[]> = {}
  for (const rackId of ["south", ""]) {
    const filter = { apis: ["Fetch"], topics: ["near"], interBroker: false }
    const { trace } = await control.request("trace/start", { filter })
    const consumer = kafka.consumer({ groupId: `reads-in-${rackId || "no-rack"}`, rackId, maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic: "near", fromBeginning: true })
    const awaited = new Map<string, () => void>()
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) =>
      awaited.get(String(message.value))?.()
    void consumer.run({ eachMessage })
    // The leader names the nearer replica with its first answer: what comes later is read there.
    for (const value of ["first", "second", "last"].map((count) => `${count} for ${rackId}`)) {
      const read = new Promise<void>((resolve) => awaited.set(value, resolve))
      await send(value)
      await read
    }
    await consumer.disconnect()
    const { entries } = await control.request("trace/stop", { trace })
    // The first is answered by the leader, which names the nearer replica.
    readFrom[rackId] = [...new Set(entries.slice(1).map(({ to }) => to))]
  }
  await producer.disconnect()

  const { nodes } = (await control.request("cluster/subscribe", { detail: "summary" })).snapshot
  expect({ racks: Object.values(nodes).map(({ rack }) => rack), readFrom }).toEqual({
    racks: ["north", "south", "east"],
    readFrom: { south: ["broker:2"], "": ["broker:1"] },
  })
  control.close()
  await server.stop()
})
