import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openStore, type Store } from "../../src/kit/store"

let store: Store
let now: number

beforeEach(async () => {
  now = 1_000
  store = await openStore({}, () => now)
  store.execute("CREATE TABLE account (id TEXT PRIMARY KEY, balance INTEGER NOT NULL)")
  store.run("INSERT INTO account VALUES (?, ?)", "ann", 0)
})

afterEach(() => store.close())

const balance = () => store.get("SELECT balance FROM account WHERE id = 'ann'")
const pay = (amount: number) => store.run("UPDATE account SET balance = balance + ? WHERE id = 'ann'", amount)

describe("store", () => {
  it("processes a record once, whatever comes again, and stores its key with what it wrote", () => {
    const { once } = store
    const outcomes = ["order-1", "order-2", "order-1"].map((id) => once(id, () => pay(10)))
    expect([outcomes, balance(), store.isProcessed("order-2")]).toEqual([
      [{ status: "processed", value: 1 }, { status: "processed", value: 1 }, "duplicate"],
      { balance: 20 },
      true,
    ])
  })

  it("forgets the key when the work fails: it can be tried again", () => {
    expect(() =>
      store.once("order-1", () => {
        pay(10)
        throw new Error("no")
      }),
    ).toThrow("no")
    expect([balance(), store.once("order-1", () => pay(5)), balance()]).toEqual([
      { balance: 0 },
      { status: "processed", value: 1 },
      { balance: 5 },
    ])
  })

  it("refuses a transaction that would await", () => {
    expect(() => store.transaction(async () => pay(10))).toThrow(/synchronous/)
    expect(balance()).toEqual({ balance: 0 })
  })

  it("gives a lock to one until it is released or expires, with a token that grows", () => {
    const first = store.tryLock("job", { ttlMs: 30 })
    const second = store.tryLock("job", { ttlMs: 30 })
    now += 31
    const third = store.tryLock("job", { ttlMs: 30 })
    const late = [first?.release(), first?.renew()]
    now += 20
    const renewed = third?.renew()
    now += 20
    const fourth = store.tryLock("job", { ttlMs: 30 })
    const released = third?.release()
    const fifth = store.tryLock("job", { ttlMs: 30 })
    expect({
      tokens: [first?.fencingToken, second, third?.fencingToken, fourth, fifth?.fencingToken],
      late,
      renewed,
      released,
    }).toEqual({ tokens: [1, undefined, 2, undefined, 3], late: [false, false], renewed: true, released: true })
  })
})
