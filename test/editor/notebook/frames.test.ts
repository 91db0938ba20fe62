import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { ToRenderer } from "../../../src/contract/renderer"
import type { ClusterSnapshot } from "../../../src/contract/snapshot"
import { ACKNOWLEDGE_LIMIT_MS, Frames } from "../../../src/editor/notebook/frames"
import { ClusterHistory } from "../../../src/renderer/clusterHistory"
import { partition, snapshot } from "../../diagram/snapshots"

type Frame = Extract<ToRenderer, { frame: number }>

/** A cluster of two topics, a host that tells of it, and a page that answers when the test says so. */
class Link {
  now: ClusterSnapshot | undefined
  readonly sent: Frame[] = []
  readonly page = new ClusterHistory()
  readonly frames = new Frames(
    () => this.now,
    (message) => {
      this.sent.push(message as Frame)
    },
  )

  records(count: number): void {
    this.now = { ...snapshot({ moving: [partition(count)], still: [partition(3)] }), revision: count, atMs: count }
    this.frames.offer()
  }

  /** The page gets what was sent last, and says so. */
  deliver(): void {
    const last = this.sent.at(-1)
    if (last && this.page.take(last)) this.frames.acknowledge(last.frame)
  }
}

describe("frames", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("tell all of a cluster once, then what changed, and never wait for more than the newest", () => {
    const link = new Link()
    link.records(1)
    link.records(2)
    link.records(3)
    link.deliver()
    link.deliver()
    expect([link.sent.map(({ type, frame }) => [type, frame]), link.page.current]).toEqual([
      [
        ["frame", 1],
        ["change", 2],
      ],
      link.now,
    ])
    const [before, after] = link.page.moments
    expect(before?.topics.moving).not.toEqual(after?.topics.moving)
    expect(before?.topics.still).toBe(after?.topics.still)
  })

  it("tell all again to a page that did not answer, though nothing changes any more", () => {
    const link = new Link()
    link.records(1)
    link.deliver()
    link.records(2)
    link.records(3)
    vi.advanceTimersByTime(ACKNOWLEDGE_LIMIT_MS)
    link.deliver()
    expect([link.sent.map(({ type }) => type), link.page.current]).toEqual([["frame", "change", "frame"], link.now])
  })

  it("end and begin with a cluster that stops and starts", () => {
    const link = new Link()
    link.records(1)
    link.deliver()
    link.now = undefined
    link.frames.offer()
    link.deliver()
    const stopped = [link.page.current, link.page.moments.length]
    link.records(5)
    link.deliver()
    expect([stopped, link.page.moments]).toEqual([[undefined, 0], [link.now]])
  })

  it("that tell a change are refused by a page that missed what was before", () => {
    const page = new ClusterHistory()
    expect(page.take({ type: "change", frame: 7, patch: { revision: 8 } })).toBe(false)
  })
})
