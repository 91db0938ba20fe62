import { describe, expect, it } from "vitest"
import { createExpect } from "../../src/kit/expect"
import type { CheckResult } from "../../src/kit/host"

function recorded(state: (expectKit: ReturnType<typeof createExpect>) => unknown) {
  const results: CheckResult[] = []
  const returned = state(createExpect((result) => results.push(result)))
  return { results, returned }
}

class NotEnoughReplicas extends Error {
  readonly type = "NOT_ENOUGH_REPLICAS"
}

const refused = async () => {
  throw new Error("retries", { cause: new NotEnoughReplicas("no") })
}

describe("expect", () => {
  it("finds each fact right and its opposite wrong", async () => {
    const { results } = recorded((that) => {
      that(Buffer.from("a")).equals(new Uint8Array([97]))
      that({ a: [1] }).equals({ a: [2] })
      that(1).differs(2)
      that(1).differs(1)
      that("x").isTrue()
      that("").isTrue()
      that(2n).atMost(2)
      that(3).atMost(2)
      that("5").atLeast(5)
      that("text").atLeast(0)
      that(5).between(4, 6)
      that(7).between(4, 6)
      that(1.01).near(1, 0.1)
      that(1.2).near(1, 0.1)
      that(new Set(["a"])).includes("a")
      that([{ a: 1 }]).includes({ a: 2 })
      that("abc").excludes("d")
      that(new Map([["k", 1]])).excludes("k")
      that("abc").matches(/b/)
      that("abc").matches(/^b/)
      that(new Map()).hasLength(0)
      that(5).hasLength(1)
    })
    expect(results.map(({ ok }) => ok)).toEqual(results.map((_, index) => index % 2 === 0))
  })

  it("knows a failure by name, type, code or pattern, in any cause", async () => {
    const results: CheckResult[] = []
    const that = createExpect((result) => results.push(result))
    const answers = [
      await that(refused).fails(),
      await that(refused).fails("NOT_ENOUGH_REPLICAS"),
      await that(refused()).fails(/retr/),
      await that(refused).fails("INVALID_TIMESTAMP"),
      await that(async () => 1).fails(),
    ]
    expect(answers).toEqual([true, true, true, false, false])
    expect(results.at(-1)?.text.en).toBe("the value fails: expected that it fails, found no error")
  })

  it("says the sentence when a fact holds, and what was found when not, in both languages", () => {
    const { results } = recorded((that) => {
      that(1, { en: "one is one", zh: "一就是一" }).equals(1)
      that(null, { en: "the key is user-1", zh: "键是 user-1" }).equals("user-1")
    })
    expect(results).toEqual([
      { ok: true, text: { en: "one is one", zh: "一就是一" } },
      {
        ok: false,
        text: {
          en: "the key is user-1: expected that it is 'user-1', found null",
          zh: "键是 user-1：期望应为 'user-1'，实际得到 null",
        },
      },
    ])
  })
})
