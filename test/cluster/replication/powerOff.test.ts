import { expect, test } from "vitest"
import { SeededRandom } from "../../../src/cluster/sim/seededRandom"
import { VirtualCluster } from "./virtualCluster"

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const RECORDS = 30

test("flushing every message, a power failure of all machines loses nothing that was acknowledged", async () => {
  const outcomes = await Promise.all(SEEDS.map((seed) => loseAndReturn(seed, { "log.flush.interval.messages": "1" })))
  expect(outcomes.map(({ lost }) => lost)).toEqual(SEEDS.map(() => []))
})

test("with Kafka's own flush policy acknowledged records are lost, but never from the middle", async () => {
  const outcomes = await Promise.all(SEEDS.map((seed) => loseAndReturn(seed, {})))
  expect(outcomes.filter(({ lost }) => lost.length > 0).length).toBeGreaterThan(SEEDS.length / 2)
  for (const { acknowledged, found } of outcomes) expect(acknowledged.slice(0, found.length)).toEqual(found)
})

/** Three machines lose their power amid a steady produce with acks=all, and come back. */
async function loseAndReturn(seed: number, configs: Record<string, string>) {
  const world = await new VirtualCluster({ configs, seed }).start()
  await world.createTopic("orders", [[1, 2, 3]], { "segment.bytes": "1048576" })
  const acknowledged: string[] = []
  for (let index = 0; index < RECORDS; index++) {
    const value = `order ${index}`
    if (typeof (await world.sendAndWait("orders", value)) === "number") acknowledged.push(value)
  }
  // One more is on its way.
  void world.send("orders", "unacknowledged")
  const random = new SeededRandom(seed)
  for (const id of [1, 2, 3]) world.node(id).kill()
  for (const id of [1, 2, 3]) world.disks.get(id)?.powerOff(() => random.next())
  await world.clock.settle(Promise.all([1, 2, 3].map((id) => world.node(id).start())))
  await world.clock.until(() => world.image("orders").leader > 0)
  await world.clock.advance(5_000)
  const found = (await world.consume("orders")).filter((value) => value !== "unacknowledged")
  return { acknowledged, found, lost: acknowledged.filter((value) => !found.includes(value)) }
}
