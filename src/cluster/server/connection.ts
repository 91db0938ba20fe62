import type { Socket } from "node:net"
import type { SendBuffers } from "../log/sendBuffers"
import { FrameReader } from "./frames"
import { MAX_PIPELINED_FETCHES, MAX_PIPELINED_REQUESTS, MAX_UNSENT_REPLY_BYTES, MIN_FRAME_BYTES } from "./limits"

/** What becomes of a request: a frame to send, nothing (acks=0, a lost reply), or the end of its connection. */
export type Reply =
  | { readonly kind: "frame"; readonly chunks: readonly Buffer[] }
  | { readonly kind: "none" }
  | { readonly kind: "close"; readonly reason: string }

/** Handles one frame. Starts at once; whatever it changes, it changes before it returns. */
export type FrameHandler = (frame: Buffer) => Reply | Promise<Reply>

export interface ConnectionOptions {
  readonly socket: Socket
  readonly idleMs: number
  readonly handle: FrameHandler
  /** A longer frame ends the connection. */
  readonly maxFrameBytes: () => number
  /** How long a reply is on its way: a slow link to the clients. */
  readonly replyDelayMs?: () => number
  /** False while a request must be answered before the next may start: during authentication. */
  readonly mayPipeline: () => boolean
  /** Gets back what the system has taken over. */
  readonly sendBuffers?: SendBuffers
  readonly onClosed: (reason: string) => void
}

const FETCH_KEY = 1

/** The place of one request in the order of replies. */
interface Slot {
  reply: Reply | undefined
}

/**
 * One client connection: frames in, replies out in the order of the requests, many at work at once.
 * A reader that is slow stops its own requests: nothing is read while replies or requests pile up.
 */
export class Connection {
  static readonly CLOSED_BY_CLIENT = "the client closed it"
  readonly #socket: Socket
  readonly #handle: FrameHandler
  readonly #mayPipeline: () => boolean
  readonly #replyDelayMs: () => number
  readonly #sendBuffers: SendBuffers | undefined
  readonly #frames: FrameReader
  readonly #closed = new AbortController()
  /** Whole requests that wait for their turn. */
  #waiting: Buffer[] = []
  #slots: Slot[] = []
  #fetchesAtWork = 0
  #closeReason: string = Connection.CLOSED_BY_CLIENT
  #paused = false
  #held = false
  #throttle: NodeJS.Timeout | undefined

  constructor({
    socket,
    idleMs,
    handle,
    maxFrameBytes,
    replyDelayMs = () => 0,
    mayPipeline,
    sendBuffers,
    onClosed,
  }: ConnectionOptions) {
    this.#socket = socket
    this.#handle = handle
    this.#mayPipeline = mayPipeline
    this.#replyDelayMs = replyDelayMs
    this.#sendBuffers = sendBuffers
    this.#frames = new FrameReader(MIN_FRAME_BYTES, maxFrameBytes)
    socket.setNoDelay(true)
    socket.setTimeout(idleMs)
    socket.on("data", (chunk) => this.#receive(chunk))
    socket.on("drain", () => this.#advance())
    socket.on("timeout", () => {
      // A parked request is no idleness; a reply that nobody reads is.
      if (this.#slots.length === 0 || socket.writableLength > 0) this.close(`idle for ${idleMs} ms`)
    })
    socket.on("error", (error) => {
      this.#closeReason = error.message
    })
    socket.on("end", () => this.close(this.#reasonOfEnd()))
    socket.on("close", () => {
      clearTimeout(this.#throttle)
      this.#closed.abort()
      this.#waiting = []
      this.#slots = []
      onClosed(this.#closeReason)
    })
  }

  /** Aborted once the connection is gone: parked requests give up. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Requests at work, or replies that are not sent yet. */
  get isBusy(): boolean {
    return this.#slots.length > 0 || this.#socket.writableLength > 0
  }

  /** Nothing is read, started or sent until `release`; the connection stays. */
  hold(): void {
    this.#held = true
    this.#setPaused(true)
  }

  release(): void {
    this.#held = false
    this.#flush()
    this.#advance()
  }

  /** Over its quota: replies go out, but no further request is read or started for this long (KIP-219). */
  throttle(delayMs: number): void {
    clearTimeout(this.#throttle)
    this.#throttle = setTimeout(() => {
      this.#throttle = undefined
      this.#advance()
    }, delayMs)
    this.#advance()
  }

  /** Ends the connection once the replies that stand before are out: what Kafka does after a refused acks=0. */
  closeAfterReplies(reason: string): void {
    this.#slots.push({ reply: { kind: "close", reason } })
    this.#flush()
  }

  close(reason: string): void {
    if (this.#socket.destroyed) return
    this.#closeReason = reason
    this.#socket.destroy()
  }

  /** A client that is done says nothing more; one that died may have left half a request behind. */
  #reasonOfEnd(): string {
    const { bufferedBytes } = this.#frames
    if (bufferedBytes === 0) return Connection.CLOSED_BY_CLIENT
    return `the client went away amid a request, of which ${bufferedBytes} bytes had come`
  }

  #receive(chunk: Buffer): void {
    const fault = this.#frames.push(chunk, (frame) => this.#waiting.push(frame))
    // What stood before the bad bytes was sound, and is answered as far as it can be.
    this.#advance()
    if (fault) this.close(fault.reason)
  }

  /** Starts what may start, sends what may be sent, and reads on only where there is room. */
  #advance(): void {
    while (this.#waiting.length > 0 && this.#mayStart()) {
      const frame = this.#waiting.shift()
      if (frame) this.#start(frame)
    }
    this.#setPaused(this.#held || this.#throttle !== undefined || this.#waiting.length > 0)
  }

  #mayStart(): boolean {
    if (this.#held || this.#throttle !== undefined || this.#socket.destroyed) return false
    if (this.#slots.length >= MAX_PIPELINED_REQUESTS || this.#fetchesAtWork >= MAX_PIPELINED_FETCHES) return false
    if (this.#slots.length > 0 && !this.#mayPipeline()) return false
    return this.#socket.writableLength < MAX_UNSENT_REPLY_BYTES
  }

  #start(frame: Buffer): void {
    const slot: Slot = { reply: undefined }
    this.#slots.push(slot)
    const reply = this.#delayed(this.#handle(frame))
    if (!(reply instanceof Promise)) {
      slot.reply = reply
      this.#flush()
      return
    }
    const fetches = frame.readInt16BE(0) === FETCH_KEY ? 1 : 0
    this.#fetchesAtWork += fetches
    void reply.then((value) => {
      this.#fetchesAtWork -= fetches
      slot.reply = value
      this.#flush()
      this.#advance()
    })
  }

  #delayed(reply: Reply | Promise<Reply>): Reply | Promise<Reply> {
    const delayMs = this.#replyDelayMs()
    if (delayMs === 0) return reply
    return new Promise((resolve) => setTimeout(() => resolve(reply), delayMs))
  }

  /** Sends the replies that are ready, up to the first that is not. */
  #flush(): void {
    if (this.#held || this.#socket.destroyed || this.#slots[0]?.reply === undefined) return
    this.#socket.cork()
    let sent = 0
    for (const { reply } of this.#slots) {
      if (reply === undefined) break
      sent++
      if (reply.kind === "frame") for (const chunk of reply.chunks) this.#write(chunk)
      if (reply.kind === "close") {
        this.#socket.uncork()
        this.#closeReason = reply.reason
        // The replies before this one still go out.
        this.#socket.destroySoon()
        return
      }
    }
    this.#slots.splice(0, sent)
    this.#socket.uncork()
  }

  #write(chunk: Buffer): void {
    const buffers = this.#sendBuffers
    if (!buffers?.isLent(chunk)) this.#socket.write(chunk)
    else this.#socket.write(chunk, (error) => error ?? buffers.giveBack(chunk))
  }

  #setPaused(paused: boolean): void {
    if (paused === this.#paused || this.#socket.destroyed) return
    this.#paused = paused
    if (paused) this.#socket.pause()
    else this.#socket.resume()
  }
}
