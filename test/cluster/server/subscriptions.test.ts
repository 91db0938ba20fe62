import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { SnapshotSubscriptions } from "../../../src/cluster/server/subscriptions"
import type { SubscribeParams } from "../../../src/contract/control"
import { CountingSource } from "./countingSource"

const full: SubscribeParams = { detail: "full" }

/** Something changes every millisecond for a second; how many changes are told of it, and whether the last one is. */
function toldInASecond(source: CountingSource): { changes: number; isLastTold: boolean } {
  const told: number[] = []
  const { unsubscribe } = new SnapshotSubscriptions(source).subscribe(full, ({ to }) => told.push(to))
  const endMs = performance.now() + 1_000
  while (performance.now() < endMs) {
    source.revision++
    vi.advanceTimersByTime(1)
  }
  const changes = told.length
  vi.advanceTimersByTime(2_000)
  unsubscribe()
  return { changes, isLastTold: told.at(-1) === source.revision }
}

describe("subscribers of snapshots", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }))
  afterEach(() => void vi.useRealTimers())

  test("are told at most 20 changes a second, and the last one in any case", () => {
    expect(toldInASecond(new CountingSource())).toEqual({ changes: 20, isLastTold: true })
  })

  test("are told fewer of a cluster so large that its snapshot takes long", () => {
    class LargeSource extends CountingSource {
      override build(params: SubscribeParams) {
        vi.advanceTimersByTime(20)
        return super.build(params)
      }
    }
    // A tenth of all time for snapshots of 20 ms each.
    expect(toldInASecond(new LargeSource())).toEqual({ changes: 5, isLastTold: true })
  })

  test("cost nothing while nothing changes, or when they are gone", () => {
    const source = new CountingSource()
    const { unsubscribe } = new SnapshotSubscriptions(source).subscribe(full, () => {})
    source.revision++
    vi.advanceTimersByTime(1_000)
    const built = [source.built]
    vi.advanceTimersByTime(1_000)
    built.push(source.built)
    unsubscribe()
    source.revision++
    vi.advanceTimersByTime(1_000)
    built.push(source.built)
    // Once to begin with, and once for the change.
    expect(built).toEqual([2, 2, 2])
  })
})
