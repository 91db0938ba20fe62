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

  test("takes in what waits for its answer when a trace stops, by the same filter", () => {
    const recorder = new TraceRecorder()
    const trace = recorder.start({ topics: ["orders"] }) ?? -1
    recorder.record(entry({ api: "Produce", topic: "orders" }))
    const atMs = recorder.now()
    const fetch = (topic: string) => entry({ api: "Fetch", topic, isOpen: true, interBroker: true, atMs })
    const open = [{ ...fetch("orders"), atMs: 0 }, fetch("orders"), fetch("payments")]
    expect(recorder.stop(trace, open)?.map(({ sequence, api, isOpen }) => ({ sequence, api, isOpen }))).toEqual([
      { sequence: 0, api: "Produce", isOpen: undefined },
      { sequence: 1, api: "Fetch", isOpen: true },
    ])
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
