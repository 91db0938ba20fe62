import { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"

interface PendingAppend {
  readonly acks: number
  readonly requiredOffset: number
  readonly sinceMs: number
  readonly deadlineMs: number
  readonly done: (errorCode: ErrorCode) => void
}

/** Producers that wait for their acks=all (Kafka: DelayedProduce). One timer for all of a partition. */
export class PendingAppends {
  readonly #clock: Clock
  #waiting: PendingAppend[] = []
  #timerAtMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get waiting(): readonly PendingAppend[] {
    return this.#waiting
  }

  /** Resolves with None once the high watermark reached `requiredOffset`, or with why that did not happen. */
  wait(acks: number, requiredOffset: number, timeoutMs: number): Promise<ErrorCode> {
    const sinceMs = this.#clock.now()
    return new Promise((done) => {
      this.#waiting.push({ acks, requiredOffset, sinceMs, deadlineMs: sinceMs + timeoutMs, done })
      this.#arm()
    })
  }

  /** `answer` decides about each append whose offset is reached. */
  complete(highWatermark: number, answer: ErrorCode): void {
    if (this.#waiting.length === 0) return
    const reached = this.#waiting.filter(({ requiredOffset }) => requiredOffset <= highWatermark)
    if (reached.length === 0) return
    this.#waiting = this.#waiting.filter(({ requiredOffset }) => requiredOffset > highWatermark)
    for (const { done } of reached) done(answer)
  }

  failAll(errorCode: ErrorCode): void {
    for (const { done } of this.#waiting.splice(0)) done(errorCode)
  }

  #arm(): void {
    const next = Math.min(...this.#waiting.map(({ deadlineMs }) => deadlineMs))
    if (next >= this.#timerAtMs || next === Number.POSITIVE_INFINITY) return
    this.#timerAtMs = next
    this.#clock.setTimer(next - this.#clock.now(), () => {
      this.#timerAtMs = Number.POSITIVE_INFINITY
      const now = this.#clock.now()
      const late = this.#waiting.filter(({ deadlineMs }) => deadlineMs <= now)
      this.#waiting = this.#waiting.filter(({ deadlineMs }) => deadlineMs > now)
      for (const { done } of late) done(ErrorCode.RequestTimedOut)
      this.#arm()
    })
  }
}
