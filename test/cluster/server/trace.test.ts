import { describe, expect, test } from "vitest"
import { type TraceDraft, TraceRecorder } from "../../../src/cluster/server/trace"

describe("a trace recorder", () => {
  test("gives each trace what passes its filter, in one order, up to its limit", () => {
    const recorder = new TraceRecorder()
    const all = recorder.start() ?? -1
    const produces = recorder.start({ apis: ["Produce"], topics: ["orders"] }) ?? -1
    const first = recorder.start({ interBroker: true }, 1) ?? -1
    recorder.record(entry({ api: "Produce", topic: "orders" }))
    recorder.record(entry({ api: "Fetch", interBroker: true }))
    recorder.record(entry({ api: "Fetch", interBroker: true, topic: "orders" }))
    recorder.record(entry({ api: "Produce", topic: "payments" }))
    const sequences = [all, produces, first].map((id) => recorder.stop(id)?.map(({ sequence }) => sequence))
    expect([...sequences, recorder.isRecording, recorder.stop(all)]).toEqual([[0, 1, 2, 3], [0], [1], false, undefined])
  })
})

function entry(part: Partial<TraceDraft>): TraceDraft {
  return {
    atMs: 0,
    kind: "request",
    from: "client:test",
    to: "broker:1",
    api: "Metadata",
    version: 0,
    correlationId: 0,
    fields: {},
    latencyMs: 0,
    interBroker: false,
    ...part,
  }
}
