import { describe, expect, it } from "vitest"
import { VirtualCluster } from "./virtualCluster"

describe("three brokers", () => {
  it("replicate what is produced, and serve it once it is committed", async () => {
    const world = await new VirtualCluster().start()
    await world.createTopic("orders", [[1, 2, 3]])

    const offsets = [await world.sendAndWait("orders", "a"), await world.sendAndWait("orders", "b")]
    await world.clock.advance(600)

    expect({
      offsets,
      replicas: [1, 2, 3].map((id) => world.offsets(id, "orders")),
      seen: await world.consume("orders"),
      image: world.image("orders"),
    }).toEqual({
      offsets: [0, 1],
      replicas: [
        [0, 2, 2],
        [0, 2, 2],
        [0, 2, 2],
      ],
      seen: ["a", "b"],
      image: { leader: 1, leaderEpoch: 0, isr: [1, 2, 3], elr: [] },
    })
  })
})
