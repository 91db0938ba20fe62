import { describe, expect, it } from "vitest"
import { dueQuestions, firstReview, nextReview, type Review } from "../../src/lesson/reviewSchedule"

const DAY_MS = 86_400_000

describe("a question", () => {
  it("comes again after 1, 3, 7 and 21 days while it is answered rightly, and then no more", () => {
    const waits: (number | undefined)[] = []
    let nowMs = 0
    let review: Review = firstReview(nowMs)
    for (let round = 0; round < 5; round++) {
      waits.push(review.dueMs === undefined ? undefined : (review.dueMs - nowMs) / DAY_MS)
      nowMs = review.dueMs ?? nowMs
      review = nextReview(review, true, nowMs)
    }
    expect(waits).toEqual([1, 3, 7, 21, undefined])
  })

  it("begins anew after a wrong answer", () => {
    const known = nextReview(nextReview(firstReview(0), true, 0), true, 0)
    expect([known, nextReview(known, false, 5)]).toEqual([
      { stage: 2, dueMs: 7 * DAY_MS },
      { stage: 0, dueMs: 5 + DAY_MS },
    ])
  })
})

describe("what is due", () => {
  it("is three questions of any lesson, those that have waited longest first", () => {
    const reviews = {
      offsets: { a: { stage: 0, dueMs: 40 }, b: { stage: 1, dueMs: 10 }, c: { stage: 4 } },
      replication: { d: { stage: 0, dueMs: 20 }, e: { stage: 0, dueMs: 30 }, f: { stage: 0, dueMs: 101 } },
    }
    expect(dueQuestions(reviews, 100).map(({ lesson, question }) => `${lesson}/${question}`)).toEqual([
      "offsets/b",
      "replication/d",
      "replication/e",
    ])
    expect(dueQuestions(reviews, 5)).toEqual([])
  })
})
