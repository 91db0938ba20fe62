import { expect, it } from "vitest"
import { compareAnswers } from "./compareAnswers"
import { Normaliser } from "./normalise"

const scenario = { name: "a scenario", play: async () => {} }
const row = { scenario: "a scenario", answer: "produce", reason: "because" }
const kafka = { produce: "NONE", read: 1 }

it("tells equal answers from explained and different ones, and lets no explanation outlive its difference", () => {
  const verdicts = {
    equal: compareAnswers({ scenario, answers: kafka }, kafka, []),
    different: compareAnswers({ scenario, answers: { ...kafka, read: 2 } }, kafka, []),
    missing: compareAnswers({ scenario, answers: { produce: "NONE" } }, kafka, []),
    explained: compareAnswers({ scenario, answers: { ...kafka, produce: "OTHER" } }, kafka, [row]),
    stale: compareAnswers({ scenario, answers: kafka }, kafka, [row]),
    "never asked": compareAnswers({ scenario, answers: kafka }, kafka, [{ ...row, answer: "fetch" }]),
    failed: compareAnswers({ scenario, answers: kafka, failure: "no leader" }, kafka, []),
    unrecorded: compareAnswers({ scenario, answers: kafka }, undefined, []),
  }
  expect(Object.fromEntries(Object.entries(verdicts).map(([name, { verdict }]) => [name, verdict]))).toEqual({
    equal: "equal",
    different: "different",
    missing: "different",
    explained: "explained",
    stale: "different",
    "never asked": "different",
    failed: "different",
    unrecorded: "different",
  })
})

it("leaves out what differs from run to run, and keeps what does not", () => {
  const answer = (memberId: string, host: string, timestamp: number) => ({
    errorCode: 79,
    memberId,
    host,
    timestamp,
    leader: memberId,
    leaderId: 2,
    isrNodes: [3, 1],
    errorMessage: "a sentence",
  })
  const one = new Normaliser().normalise(answer("client-4a1c6f0e-9f5e-4a52-9b1a-0d7a55f6b1c2", "a", 1_795_000_000_000))
  const two = new Normaliser().normalise(answer("client-77e3a5d4-2f0b-4c7e-8a3d-1c2b3a4d5e6f", "b", 1_795_000_000_999))
  expect([one, two]).toEqual([two, one])
  expect(one).toEqual({
    errorCode: "MEMBER_ID_REQUIRED",
    memberId: "member 1",
    timestamp: "a time",
    leader: "member 1",
    leaderId: 2,
    isrNodes: [1, 3],
  })
})
