import { describe, expect, test } from "vitest"
import { RequestFaults } from "../../../src/cluster/server/requestFaults"

const produceTo = (broker: number, topic: string, partition: number) => ({
  broker,
  api: "Produce",
  partitions: () => [{ topic, partition }],
})

describe("injected request faults", () => {
  test("strike the requests that they name, as often as they say", () => {
    const faults = new RequestFaults()
    faults.addError({ api: "Produce", broker: 2, topic: "orders", partition: 1, count: 2, errorCode: 6, delayMs: 10 })
    const struck = [
      faults.takeError(produceTo(1, "orders", 1)),
      faults.takeError(produceTo(2, "payments", 1)),
      faults.takeError(produceTo(2, "orders", 0)),
      faults.takeError({ ...produceTo(2, "orders", 1), api: "Fetch" }),
      faults.takeError(produceTo(2, "orders", 1)),
      faults.takeError(produceTo(2, "orders", 1)),
      faults.takeError(produceTo(2, "orders", 1)),
    ]
    const hit = { errorCode: 6, delayMs: 10 }
    expect(struck).toEqual([undefined, undefined, undefined, undefined, hit, hit, undefined])
  })

  test("lose replies of one broker or of all", () => {
    const faults = new RequestFaults()
    faults.addDrop({ api: "Produce", count: 1 })
    faults.addDrop({ api: "Produce", broker: 3, count: 1 })
    expect([3, 3, 3].map((broker) => faults.takeDrop(produceTo(broker, "t", 0)))).toEqual([true, true, false])
  })

  test("are taken back by a count of nought", () => {
    const faults = new RequestFaults()
    faults.addDrop({ api: "Produce", count: 5 })
    faults.addDrop({ api: "Produce", count: 0 })
    expect(faults.takeDrop(produceTo(1, "t", 0))).toBe(false)
  })
})
