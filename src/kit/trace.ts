import { AsyncLocalStorage } from "node:async_hooks"
import { randomBytes } from "node:crypto"
import type { IncomingRecord, OutgoingRecord } from "./records"

/** What belongs together across processes. */
export interface TraceContext {
  /** 32 hexadecimal digits, or what the caller chose. */
  readonly traceId: string
  /** 16 hexadecimal digits: this step. */
  readonly spanId: string
  readonly parentSpanId?: string
}

export type LogLevel = "debug" | "info" | "warn" | "error"

/**
 * A trace id that goes with the code: from the context into the headers of what is sent, and from the headers of what
 * comes into the context of its handler. Headers `X-Trace-ID` and W3C `traceparent`.
 */
export interface Trace {
  /** Runs `action` within a trace: the given id, the current one, or a new one. */
  run<T>(action: () => T, traceId?: string): T
  /** The trace that the calling code belongs to. */
  current(): TraceContext | undefined
  /** The headers that carry the current trace; none outside of one. */
  headers(): Record<string, string>
  /** The trace that a record carries. */
  of(record: Pick<IncomingRecord, "headers">): TraceContext | undefined
  /** Runs `action` within the trace that a record carries, or a new one. */
  continue<T>(record: Pick<IncomingRecord, "headers">, action: () => T): T
  /** A structured log line, with the trace id of the calling code. */
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

export const traceIdHeader = "X-Trace-ID"
export const traceparentHeader = "traceparent"

export function createTrace(write: (line: string) => void = (line) => console.log(line)): Trace {
  const storage = new AsyncLocalStorage<TraceContext>()
  const of: Trace["of"] = ({ headers }) => readHeaders(headers)
  const trace: Trace = {
    run: (action, traceId) => {
      const parent = storage.getStore()
      const sameTrace = parent !== undefined && (traceId === undefined || traceId === parent.traceId)
      const context = {
        traceId: traceId ?? parent?.traceId ?? randomBytes(16).toString("hex"),
        spanId: randomBytes(8).toString("hex"),
        ...(sameTrace && { parentSpanId: parent.spanId }),
      }
      return storage.run(context, action)
    },
    current: () => storage.getStore(),
    headers: () => writeHeaders(storage.getStore()),
    of,
    continue: (record, action) => {
      const carried = of(record)
      if (carried === undefined) return storage.exit(() => trace.run(action))
      const spanId = randomBytes(8).toString("hex")
      return storage.run({ traceId: carried.traceId, spanId, parentSpanId: carried.spanId }, action)
    },
    log: (level, message, fields = {}) => {
      const context = storage.getStore()
      const ids = context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId }
      write(JSON.stringify({ time: new Date().toISOString(), level, message, ...ids, ...fields }))
    },
  }
  return trace
}

/** A record that carries the current trace, unless it brings its own. */
export function withTraceHeaders(record: OutgoingRecord, trace: Trace): OutgoingRecord {
  const carried = trace.headers()
  return Object.keys(carried).length === 0 ? record : { ...record, headers: { ...carried, ...record.headers } }
}

function writeHeaders(context: TraceContext | undefined): Record<string, string> {
  if (context === undefined) return {}
  const { traceId, spanId } = context
  const isW3c = /^[0-9a-f]{32}$/.test(traceId) && !/^0+$/.test(traceId)
  // https://www.w3.org/TR/trace-context/#traceparent-header: only an id of 32 hexadecimal digits fits.
  return { [traceIdHeader]: traceId, ...(isW3c && { [traceparentHeader]: `00-${traceId}-${spanId}-01` }) }
}

function readHeaders(headers: IncomingRecord["headers"]): TraceContext | undefined {
  const first = (name: string) => {
    const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
    return typeof found === "string" ? found : found?.[0]
  }
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(first(traceparentHeader) ?? "")
  const traceId = first(traceIdHeader) ?? parent?.[1]
  if (traceId === undefined) return undefined
  return { traceId, spanId: parent?.[2] ?? "0".repeat(16) }
}
