import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { OutputStream } from "../../src/kernel/outputStream"

describe("the text that a cell prints", () => {
  const sent: string[] = []
  let nowMs = 1_000
  let stream: OutputStream

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    sent.length = 0
    const keep = (output: { type: string; text?: string }) => sent.push(output.text ?? output.type)
    stream = new OutputStream(keep, String, () => nowMs)
  })
  afterEach(() => void vi.useRealTimers())

  it("goes out 20 times a second, also from a loop that lets no timer run", () => {
    for (let line = 0; line < 1_000; line++, nowMs++) stream.write("stdout", `${line}\n`)
    const pieces = sent.length
    stream.flush()
    expect([pieces, sent.join("")]).toEqual([20, Array.from({ length: 1_000 }, (_, line) => `${line}\n`).join("")])
  })

  it("goes out within a twentieth of a second when nothing follows it", () => {
    stream.write("stdout", "at once")
    stream.write("stdout", "later, ")
    stream.write("stdout", "together")
    const before = [...sent]
    vi.advanceTimersByTime(50)
    expect([before, sent]).toEqual([["at once"], ["at once", "later, together"]])
  })
})
