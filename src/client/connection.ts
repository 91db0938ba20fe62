import { connect as connectSocket, type Socket } from "node:net"
import { type ConnectionOptions, connect as connectTls } from "node:tls"
import { decodeResponse, encodeRequest, readCorrelationId } from "../protocol/frame"
import type { Api, RequestInput, ResponseOf } from "../protocol/schema"

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

export interface BrokerConnectionOptions extends BrokerAddress {
  readonly clientId?: string
  /** Present: TLS. */
  readonly tls?: ConnectionOptions
  readonly connectTimeoutMs?: number
  readonly requestTimeoutMs?: number
}

const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 30_000

/** A response larger than this is taken for another protocol's bytes. */
const MAX_RESPONSE_BYTES = 128 * 1024 * 1024

const SIZE_BYTES = 4

/** The connection ended, was refused, or its broker did not answer in time. */
export class BrokerConnectionError extends Error {
  override readonly name = "BrokerConnectionError"
}

interface Waiting {
  readonly resolve: (payload: Buffer) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/**
 * One connection to one broker, for any request of the protocol. It retries nothing and knows no metadata: it is what
 * the others are built on, and what a lesson uses to look under the hood.
 */
export class BrokerConnection {
  readonly #socket: Socket
  readonly #clientId: string
  readonly #requestTimeoutMs: number
  readonly #waiting = new Map<number, Waiting>()
  #chunks: Buffer[] = []
  #length = 0
  #correlationId = 0
  #end: Error | undefined

  private constructor(socket: Socket, { clientId = "logbook", requestTimeoutMs, host, port }: BrokerConnectionOptions) {
    this.#socket = socket
    this.#clientId = clientId
    this.#requestTimeoutMs = requestTimeoutMs ?? REQUEST_TIMEOUT_MS
    socket.setNoDelay(true)
    socket.on("data", (chunk: Buffer) => this.#receive(chunk))
    socket.on("error", (error) => this.#fail(`The connection to ${host}:${port} broke: ${error.message}`))
    socket.on("close", () => this.#fail(`The broker at ${host}:${port} closed the connection.`))
  }

  static async open(options: BrokerConnectionOptions): Promise<BrokerConnection> {
    return new BrokerConnection(await openSocket(options), options)
  }

  /** Sends a request and waits for its answer; error codes in it are values. Answers come in the order of requests. */
  async request<A extends Api>(api: A, version: number, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const correlationId = this.#correlationId++
    const frame = encodeRequest(api, version, correlationId, this.#clientId, body)
    const payload = await this.#exchange(frame, correlationId, api.name)
    return decodeResponse(api, version, payload).body
  }

  close(): void {
    this.#fail("The connection was closed.")
    this.#socket.destroy()
  }

  #exchange(frame: Buffer, correlationId: number, name: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end)
      const timer = setTimeout(() => {
        this.#waiting.delete(correlationId)
        reject(new BrokerConnectionError(`${name} was not answered within ${this.#requestTimeoutMs} ms.`))
      }, this.#requestTimeoutMs)
      this.#waiting.set(correlationId, { resolve, reject, timer })
      this.#socket.write(frame)
    })
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#length >= SIZE_BYTES) {
      const bytes = this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks)
      const size = bytes.readInt32BE(0)
      if (size < SIZE_BYTES || size > MAX_RESPONSE_BYTES) {
        this.#fail(`What answers is no Kafka broker: it announced ${size} bytes. Perhaps the listener wants TLS.`)
        this.#socket.destroy()
        return
      }
      const whole = bytes.length >= SIZE_BYTES + size
      const rest = whole ? bytes.subarray(SIZE_BYTES + size) : bytes
      this.#chunks = rest.length === 0 ? [] : [rest]
      this.#length = rest.length
      if (!whole) return
      this.#answer(bytes.subarray(SIZE_BYTES, SIZE_BYTES + size))
    }
  }

  #answer(payload: Buffer): void {
    const correlationId = readCorrelationId(payload)
    const waiting = this.#waiting.get(correlationId)
    // Answered too late: its request has given up.
    if (waiting === undefined) return
    this.#waiting.delete(correlationId)
    clearTimeout(waiting.timer)
    waiting.resolve(payload)
  }

  #fail(message: string): void {
    this.#end ??= new BrokerConnectionError(message)
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(this.#end)
    }
    this.#waiting.clear()
  }
}

function openSocket(options: BrokerConnectionOptions): Promise<Socket> {
  const { host, port, tls, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options
  const socket = tls === undefined ? connectSocket(port, host) : connectTls({ ...tls, host, port })
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: Error) => {
      socket.destroy()
      reject(new BrokerConnectionError(`Cannot connect to ${host}:${port}: ${reason}`, { cause }))
    }
    const timer = setTimeout(() => fail(`no answer within ${connectTimeoutMs} ms`), connectTimeoutMs)
    const failWith = (error: Error) => {
      clearTimeout(timer)
      fail(error.message, error)
    }
    socket.once("error", failWith)
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      clearTimeout(timer)
      socket.off("error", failWith)
      resolve(socket)
    })
  })
}
