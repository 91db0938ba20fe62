import { describe, expect, it } from "vitest"
import { MAX_KEPT_BYTES, SendBuffers } from "../../../src/cluster/log/sendBuffers"

const MIB = 1024 * 1024

describe("memory for records on their way to consumers", () => {
  it("is lent again once it was given back, and only then", () => {
    const buffers = new SendBuffers()
    const first = buffers.take(MIB)
    const second = buffers.take(MIB)
    buffers.giveBack(first.subarray(100, 200))
    buffers.giveBack(first)
    const third = buffers.take(MIB - 5)
    const fourth = buffers.take(MIB)
    expect({
      lengths: [first, second, third].map(({ length }) => length),
      sharedWithSecond: second.buffer === first.buffer,
      thirdIsFirst: third.buffer === first.buffer,
      fourthIsFresh: fourth.buffer !== first.buffer && fourth.buffer !== second.buffer,
    }).toEqual({
      lengths: [MIB, MIB, MIB - 5],
      sharedWithSecond: false,
      thirdIsFirst: true,
      fourthIsFresh: true,
    })
  })

  it("is no more than a broker may keep, and nothing that was not lent here", () => {
    const buffers = new SendBuffers()
    const stranger = Buffer.alloc(MIB)
    const taken = Array.from({ length: 10 }, () => buffers.take(MIB))
    for (const each of [...taken, stranger]) buffers.giveBack(each)
    const again = new Set(Array.from({ length: 10 }, () => buffers.take(MIB).buffer))
    const kept = taken.filter(({ buffer }) => again.has(buffer)).length
    expect({ kept: kept * MIB, stranger: again.has(stranger.buffer) }).toEqual({
      kept: MAX_KEPT_BYTES,
      stranger: false,
    })
  })

  it("is fresh for what is too small or too large to be kept", () => {
    const buffers = new SendBuffers()
    expect([1_000, 3 * MIB].map((bytes) => buffers.isLent(buffers.take(bytes)))).toEqual([false, false])
  })
})
