import type { Api, RequestInput, RequestOf, ResponseInput, ResponseOf } from "../protocol/schema"
import type { Clock, Timer } from "./clock"
import { fillDefaults } from "./fillDefaults"

/** Requests over links go by reference, never encoded: what a sender leaves out, the receiver finds at its default. */
export interface LinkRequest<A extends Api = Api> {
  readonly from: number
  readonly to: number
  readonly api: A
  readonly version: number
  readonly body: RequestOf<A>
  /** Absent: the sender asks for itself. */
  readonly forwardedFor?: ForwardedFor
}

/** The client that a broker passes a request on for, and the version that it speaks (Kafka: Envelope, KIP-590). */
export interface ForwardedFor {
  readonly principal: string
  readonly clientId: string
  readonly version: number
}

/** A node's side that takes requests. Undefined: it cannot answer, as when it is not the controller any more. */
export type LinkReceiver = (request: LinkRequest) => Promise<ResponseInput<Api> | undefined>

/** The wires between the nodes. Production: in this process. Simulation: the same on virtual time, with loss. */
export interface Links {
  /** Connects a node; a second call for the same id replaces the first (a new life). */
  attach(node: number, receiver: LinkReceiver): void
  /** The process died: what is on its way from or to it is lost, senders see their connection reset. */
  detach(node: number): void
  /** Undefined: the connection was lost, or the answer did not come within `timeoutMs`. */
  send<A extends Api>(
    from: number,
    to: number,
    api: A,
    version: number,
    body: RequestInput<A>,
    timeoutMs?: number,
    forwardedFor?: ForwardedFor,
  ): Promise<ResponseOf<A> | undefined>
}

/** Kafka: replica.socket.timeout.ms and controller.socket.timeout.ms. */
export const DEFAULT_LINK_TIMEOUT_MS = 30_000

export interface LinkExchange extends LinkRequest {
  readonly sentMs: number
  readonly latencyMs: number
  /** Absent when no answer came. */
  readonly response: ResponseInput<Api> | undefined
  /** The answer may still come. */
  readonly isOpen?: boolean
}

/** Whoever writes down what goes over the links. */
export interface LinkObserver {
  now(): number
  /** The answer came, or was given up. */
  exchanged(exchange: LinkExchange): void
}

interface Flight {
  readonly request: LinkRequest
  readonly sentMs: number
  readonly answer: (response: ResponseInput<Api> | undefined) => void
  done: boolean
}

/**
 * Links within one process: cuttable, delayable. A cut link behaves like lost packets under TCP: what is sent waits,
 * and arrives in order after the heal unless its sender has given up.
 */
export class ProcessLinks implements Links {
  readonly #clock: Clock
  readonly #receivers = new Map<number, LinkReceiver>()
  readonly #paused = new Set<number>()
  readonly #cut = new Set<string>()
  readonly #delayMs = new Map<string, number>()
  readonly #flights = new Set<Flight>()
  /** What waits for a heal or a resume, in order. */
  #held: { from: number; to: number; deliver: () => void }[] = []
  /** The trace. */
  observer: LinkObserver | undefined
  onChange: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  attach(node: number, receiver: LinkReceiver): void {
    this.#receivers.set(node, receiver)
  }

  detach(node: number): void {
    this.#receivers.delete(node)
    this.#paused.delete(node)
    this.#held = this.#held.filter(({ from, to }) => from !== node && to !== node)
    for (const flight of [...this.#flights]) {
      if (flight.request.to === node || flight.request.from === node) flight.answer(undefined)
    }
  }

  send<A extends Api>(
    from: number,
    to: number,
    api: A,
    version: number,
    body: RequestInput<A>,
    timeoutMs: number = DEFAULT_LINK_TIMEOUT_MS,
    forwardedFor?: ForwardedFor,
  ): Promise<ResponseOf<A> | undefined> {
    return new Promise((resolve) => {
      const filled = fillDefaults(api.request, body) as RequestOf<Api>
      const request: LinkRequest = { from, to, api, version, body: filled, ...(forwardedFor && { forwardedFor }) }
      const sentMs = this.observer?.now() ?? 0
      let timer: Timer | undefined
      const flight: Flight = {
        request,
        sentMs,
        done: false,
        answer: (response) => {
          if (flight.done) return
          flight.done = true
          timer?.cancel()
          this.#flights.delete(flight)
          this.observer?.exchanged({ ...request, sentMs, latencyMs: this.observer.now() - sentMs, response })
          resolve(response && (fillDefaults(api.response, response) as ResponseOf<A>))
        },
      }
      this.#flights.add(flight)
      timer = this.#clock.setTimer(timeoutMs, () => flight.answer(undefined))
      this.#carry(from, to, () => this.#arrive(flight))
    })
  }

  /** What is on its way, or waits for its answer, in the order in which it was sent. */
  openExchanges(): LinkExchange[] {
    const now = this.observer?.now() ?? 0
    return [...this.#flights].map(({ request, sentMs }) => {
      return { ...request, sentMs, latencyMs: now - sentMs, response: undefined, isOpen: true }
    })
  }

  #arrive(flight: Flight): void {
    if (flight.done) return
    const { request } = flight
    const receiver = this.#receivers.get(request.to)
    if (!receiver) {
      flight.answer(undefined)
      return
    }
    void receiver(request).then((response) => {
      // A receiver that died meanwhile answers no more: its successor is another process.
      if (this.#receivers.get(request.to) !== receiver) flight.answer(undefined)
      else if (!flight.done) this.#carry(request.to, request.from, () => flight.answer(response))
    })
  }

  #carry(from: number, to: number, deliver: () => void): void {
    if (this.#isHeld(from, to)) {
      this.#held.push({ from, to, deliver })
      return
    }
    const delayMs = this.#delayMs.get(linkName(from, to)) ?? 0
    if (delayMs === 0) void Promise.resolve().then(deliver)
    else this.#clock.setTimer(delayMs, () => this.#carryNow(from, to, deliver))
  }

  #carryNow(from: number, to: number, deliver: () => void): void {
    if (this.#isHeld(from, to)) this.#held.push({ from, to, deliver })
    else deliver()
  }

  #isHeld(from: number, to: number): boolean {
    return this.#paused.has(to) || this.#paused.has(from) || this.#cut.has(linkName(from, to))
  }

  #release(): void {
    const waiting = this.#held
    this.#held = []
    for (const { from, to, deliver } of waiting) this.#carry(from, to, deliver)
    this.onChange?.()
  }

  cut(a: number, b: number): void {
    this.#cut.add(linkName(a, b))
    this.onChange?.()
  }

  /** Puts a link in order again: neither cut nor slow. */
  heal(a: number, b: number): void {
    this.#cut.delete(linkName(a, b))
    this.#delayMs.delete(linkName(a, b))
    this.#release()
  }

  delay(a: number, b: number, delayMs: number): void {
    this.#cut.delete(linkName(a, b))
    if (delayMs > 0) this.#delayMs.set(linkName(a, b), delayMs)
    else this.#delayMs.delete(linkName(a, b))
    this.#release()
  }

  /** The process is stopped (SIGSTOP): it neither hears nor speaks, its connections stay. */
  pause(node: number): void {
    this.#paused.add(node)
  }

  resume(node: number): void {
    this.#paused.delete(node)
    this.#release()
  }

  /** Links that are not in order, as the snapshot names them: "1-2" with the smaller id first. */
  faults(): Readonly<Record<string, "cut" | number>> {
    const faults: Record<string, "cut" | number> = {}
    for (const [name, delayMs] of this.#delayMs) faults[name] = delayMs
    for (const name of this.#cut) faults[name] = "cut"
    return faults
  }
}

function linkName(a: number, b: number): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`
}
