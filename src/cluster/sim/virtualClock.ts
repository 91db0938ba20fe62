import type { Clock, Timer } from "../clock"

interface Entry {
  readonly atMs: number
  readonly order: number
  readonly action: () => void
  isCancelled: boolean
}

/** What must come to an end did not. */
export class UnsettledError extends Error {}

/** Time that stands still until it is told to go on. Timers of the same moment fire in the order they were set. */
export class VirtualClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #heap: Entry[] = []

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  setTimer(delayMs: number, action: () => void): Timer {
    // Clocks show whole milliseconds.
    const atMs = this.#nowMs + Math.ceil(Math.max(0, delayMs))
    const entry = { atMs, order: this.#order++, action, isCancelled: false }
    this.#push(entry)
    return {
      cancel: () => {
        entry.isCancelled = true
      },
    }
  }

  /** Lets time pass, timer by timer, and everything that follows from each come to rest. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await rest()
    for (let next = this.#heap[0]; next && next.atMs <= endMs; next = this.#heap[0]) {
      this.#pop()
      if (next.isCancelled) continue
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.action()
      await rest()
    }
    this.#nowMs = endMs
  }

  /** Lets time pass until the condition holds; false when it did not within `limitMs`. */
  async until(condition: () => boolean, limitMs = 60_000): Promise<boolean> {
    const endMs = this.#nowMs + limitMs
    await rest()
    while (!condition()) {
      const next = this.#heap[0]
      if (!next || next.atMs > endMs) return false
      this.#pop()
      if (next.isCancelled) continue
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.action()
      await rest()
    }
    return true
  }

  /** Lets time pass until a promise is settled; `what` it stands for is named where that takes too long. */
  async settle<Value>(promise: Promise<Value>, limitMs = 120_000, what = "a promise"): Promise<Value> {
    let isSettled = false
    const mark = () => {
      isSettled = true
    }
    promise.then(mark, mark)
    if (!(await this.until(() => isSettled, limitMs))) {
      throw new UnsettledError(`${what} did not come to an end within ${limitMs} virtual ms`)
    }
    return promise
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    heap.push(entry)
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1
      if (isBefore(heap[parent] as Entry, entry)) break
      heap[child] = heap[parent] as Entry
      heap[parent] = entry
      child = parent
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    heap[0] = last
    for (let parent = 0; ; ) {
      const left = parent * 2 + 1
      if (left >= heap.length) return
      const right = left + 1
      const child = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry) ? right : left
      if (isBefore(last, heap[child] as Entry)) return
      heap[parent] = heap[child] as Entry
      heap[child] = last
      parent = child
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

/** Resolves when no microtask is left: whatever follows from the last timer has happened. */
function rest(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
