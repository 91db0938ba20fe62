import type { TraceParty } from "../../contract/trace"
import type { apiVersions } from "../../protocol/api/18_apiVersions"
import { ErrorCode } from "../../protocol/errorCodes"
import { decodeRequest, encodeResponseChunks, type RequestHeader, readRequestHeader } from "../../protocol/frame"
import { ProtocolError } from "../../protocol/protocolError"
import type { ResponseInput } from "../../protocol/schema"
import { handlers } from "../api"
import { errorResponse, firstErrorCode } from "../api/errorResponse"
import type { BrokerServices, Handler, RequestConnection } from "../handler"
import type { RequestAccess } from "../state/access"
import type { ClientQuotas } from "../state/quota/clientQuotas"
import type { QuotaKind } from "../state/quota/quotaEntity"
import type { Reply } from "./connection"
import type { RequestFaults } from "./requestFaults"
import type { TraceRecorder } from "./trace"
import { traceFields } from "./traceFields"

const PRODUCE_KEY = 0
const FETCH_KEY = 1
const API_VERSIONS_KEY = 18
/** Who cannot yet be known, or must be let through: SaslHandshake, ApiVersions, SaslAuthenticate. */
const UNTHROTTLED: ReadonlySet<number> = new Set([17, API_VERSIONS_KEY, 36])
const MS_PER_SECOND = 1_000
const handlersByKey: readonly (Handler | undefined)[] = sparse(handlers)

export interface DispatchOptions {
  readonly services: BrokerServices
  readonly trace: TraceRecorder
  readonly faults: RequestFaults
  readonly quotas: ClientQuotas
  readonly log: (line: string) => void
}

/** What dispatch must know of the connection that a frame came by. */
export interface RequestOrigin {
  /** Names the connection in traces and in logged lines. */
  readonly name: string
  readonly connection: Omit<RequestConnection, "clientId">
  readonly acl: RequestAccess
  /** Told of every request: who the client says it is. */
  readonly introduce: (clientId: string, software: string | undefined) => void
  /** Reads nothing more of the connection for a while: its client is over a quota. */
  readonly throttle: (delayMs: number) => void
}

/** One request at work. */
interface Exchange {
  readonly handler: Handler
  readonly header: RequestHeader
  readonly request: object
  readonly origin: RequestOrigin
  readonly startedMs: number
  readonly requestBytes: number
  /** Milliseconds that the handler kept the processor, before its first wait. */
  busyMs: number
}

/** Takes one broker's frames apart, has them handled, puts replies together, and records them all. */
export class Dispatch {
  readonly #options: DispatchOptions

  constructor(options: DispatchOptions) {
    this.#options = options
  }

  /** Starts a request at once: the handler's changes are made when this returns. */
  handle(frame: Buffer, origin: RequestOrigin): Reply | Promise<Reply> {
    let header: RequestHeader
    let request: object
    let handler: Handler | undefined
    try {
      header = readRequestHeader(frame)
      handler = handlersByKey[header.apiKey]
      if (!handler) return { kind: "close", reason: `API key ${header.apiKey} is not served` }
      if (!isKnownVersion(handler, header.apiVersion)) return refuseVersion(handler, header)
      request = decodeRequest(handler.api, frame, header)
    } catch (error) {
      if (error instanceof ProtocolError) return { kind: "close", reason: `a request that is none: ${error.message}` }
      return this.#broken(error)
    }
    origin.introduce(header.clientId ?? "", softwareOf(header, request))
    const startedMs = this.#options.trace.now()
    return this.#run({ handler, header, request, origin, startedMs, requestBytes: frame.length, busyMs: 0 })
  }

  #run(exchange: Exchange): Reply | Promise<Reply> {
    const { handler, header, request, origin } = exchange
    const { services, faults } = this.#options
    const injected = faults.takeError(this.#subjectOf(exchange))
    if (injected) {
      const response = errorResponse(handler.api, header.apiVersion, request as never, injected.errorCode)
      if (injected.delayMs === 0) return this.#finish(exchange, response)
      return new Promise((resolve) => {
        services.clock.setTimer(injected.delayMs, () => resolve(this.#finish(exchange, response)))
      })
    }
    try {
      const begun = performance.now()
      const answer = handler.handle(request, {
        ...services,
        version: header.apiVersion,
        correlationId: header.correlationId,
        connection: { ...origin.connection, clientId: header.clientId },
        acl: origin.acl,
      })
      exchange.busyMs = performance.now() - begun
      if (!(answer instanceof Promise)) return this.#finish(exchange, answer)
      return answer.then(
        (response) => this.#finish(exchange, response),
        (error) => this.#broken(error),
      )
    } catch (error) {
      return this.#broken(error)
    }
  }

  #finish(exchange: Exchange, response: ResponseInput<Handler["api"]> | undefined): Reply {
    const { handler, header } = exchange
    const dropped = response !== undefined && this.#options.faults.takeDrop(this.#subjectOf(exchange))
    if (this.#options.trace.isRecording) this.#record(exchange, response, dropped)
    if (response === undefined || dropped) return { kind: "none" }
    try {
      const encode = (body: ResponseInput<Handler["api"]>) =>
        encodeResponseChunks(handler.api, header.apiVersion, header.correlationId, body)
      const chunks = encode(response)
      const throttleTimeMs = Math.max(this.#throttleMs(exchange, chunks), throttleOf(response))
      if (throttleTimeMs === 0) return { kind: "frame", chunks }
      exchange.origin.throttle(throttleTimeMs)
      return { kind: "frame", chunks: encode({ ...response, throttleTimeMs } as ResponseInput<Handler["api"]>) }
    } catch (error) {
      return this.#broken(error)
    }
  }

  /** What the exchange has used of its client's quotas; the longest of the waits that they ask for (KIP-13, KIP-124). */
  #throttleMs({ handler, header, origin, requestBytes, busyMs }: Exchange, chunks: readonly Buffer[]): number {
    const { quotas, services } = this.#options
    if (!quotas.areSet || UNTHROTTLED.has(handler.api.key)) return 0
    const nowMs = services.clock.now()
    const use = (kind: QuotaKind, amount: number) =>
      quotas.record(kind, origin.connection.principal, header.clientId ?? "", amount, nowMs)
    const byTime = use("request", (busyMs / MS_PER_SECOND) * 100)
    if (handler.api.key === PRODUCE_KEY) return Math.max(byTime, use("produce", requestBytes))
    if (handler.api.key !== FETCH_KEY) return byTime
    return Math.max(
      byTime,
      use(
        "fetch",
        chunks.reduce((sum, { length }) => sum + length, 0),
      ),
    )
  }

  #record(exchange: Exchange, response: unknown, dropped: boolean): void {
    const { handler, header, request, origin, startedMs } = exchange
    const { services, trace } = this.#options
    const errorCode = firstErrorCode(response)
    const from: TraceParty = `client:${header.clientId || origin.name}`
    trace.record({
      atMs: startedMs,
      kind: "request",
      from,
      to: `broker:${services.brokerId}`,
      api: handler.api.name,
      version: header.apiVersion,
      correlationId: header.correlationId,
      ...(header.clientId === null ? {} : { clientId: header.clientId }),
      ...traceFields(handler.api.name, request, response, (id) => services.metadata.topicById(id)?.name),
      latencyMs: trace.now() - startedMs,
      ...(errorCode === 0 ? {} : { errorCode }),
      ...(dropped ? { dropped } : {}),
      interBroker: false,
    })
  }

  #subjectOf({ handler, request }: Exchange) {
    const { services } = this.#options
    return {
      broker: services.brokerId,
      api: handler.api.name,
      partitions: () => {
        const topicName = (id: string) => services.metadata.topicById(id)?.name
        const { topic, partition } = traceFields(handler.api.name, request, undefined, topicName)
        return topic === undefined ? [] : [{ topic, partition: partition ?? -1 }]
      },
    }
  }

  /** A thrown error is a bug: it is logged and costs the one connection. */
  #broken(error: unknown): Reply {
    this.#options.log(
      `broker ${this.#options.services.brokerId}: ${error instanceof Error ? error.stack : String(error)}`,
    )
    return { kind: "close", reason: "a request failed within the broker" }
  }
}

/** The controller has set it where a quota on changes of topics is used up (KIP-599). */
function throttleOf(response: ResponseInput<Handler["api"]>): number {
  const throttleTimeMs = "throttleTimeMs" in response ? response.throttleTimeMs : 0
  return typeof throttleTimeMs === "number" ? throttleTimeMs : 0
}

/** ApiVersions v3 and later name the client's library (KIP-511). */
function softwareOf(header: RequestHeader, request: object): string | undefined {
  if (header.apiKey !== API_VERSIONS_KEY || !("clientSoftwareName" in request)) return undefined
  const { clientSoftwareName, clientSoftwareVersion } = request as Readonly<Record<string, unknown>>
  return clientSoftwareName === "" ? undefined : `${clientSoftwareName} ${clientSoftwareVersion}`
}

function isKnownVersion({ api }: Handler, version: number): boolean {
  return version >= api.versions[0] && version <= api.versions[1]
}

/**
 * A client learns what is spoken here from ApiVersions, so that one is answered in v0 whatever version it asked for
 * (KIP-511). For any other API Kafka closes the connection.
 */
function refuseVersion({ api }: Handler, header: RequestHeader): Reply {
  if (api.key !== API_VERSIONS_KEY) {
    return { kind: "close", reason: `${api.name} version ${header.apiVersion} is not served` }
  }
  const [minVersion, maxVersion] = api.versions
  const apiKeys = [{ apiKey: api.key, minVersion, maxVersion }]
  const response: ResponseInput<typeof apiVersions> = { errorCode: ErrorCode.UnsupportedVersion, apiKeys }
  return { kind: "frame", chunks: encodeResponseChunks(api, 0, header.correlationId, response) }
}

function sparse(all: readonly Handler[]): readonly (Handler | undefined)[] {
  const byKey: (Handler | undefined)[] = []
  for (const handler of all) byKey[handler.api.key] = handler
  return byKey
}
