import { describe, expect, it } from "vitest"
import { createTrace, withTraceHeaders } from "../../src/kit/trace"

function traced() {
  const lines: string[] = []
  return { trace: createTrace((line) => lines.push(line)), lines }
}

describe("trace", () => {
  it("goes into the headers of a record and back out of them, over awaits", async () => {
    const { trace } = traced()
    const sent = await trace.run(async () => {
      await null
      return { record: withTraceHeaders({ value: 1, headers: { mine: "1" } }, trace), context: trace.current() }
    })
    const headers = sent.record.headers as Record<string, string>
    const { traceId = "", spanId = "" } = sent.context ?? {}
    expect(headers).toEqual({ mine: "1", "X-Trace-ID": traceId, traceparent: `00-${traceId}-${spanId}-01` })
    const continued = trace.continue({ headers }, () => trace.current())
    expect(continued).toMatchObject({ traceId, parentSpanId: spanId })
    expect(trace.current()).toBe(undefined)
  })

  it("reads what other programs write: either header, in any case of its letters", () => {
    const { trace } = traced()
    const traceId = "0af7651916cd43dd8448eb211c80319c"
    const headers: Record<string, string>[] = [
      { "x-trace-id": "abc" },
      { Traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      { other: "1" },
    ]
    expect(headers.map((each) => trace.of({ headers: each })?.traceId)).toEqual(["abc", traceId, undefined])
  })

  it("leaves a record alone outside of a trace, and its own id inside of one", () => {
    const { trace } = traced()
    const own = { value: 1, headers: { "X-Trace-ID": "mine" } }
    expect(withTraceHeaders(own, trace)).toBe(own)
    expect(trace.run(() => withTraceHeaders(own, trace).headers?.["X-Trace-ID"], "other")).toBe("mine")
  })

  it("writes one line of JSON with the ids of the calling code", () => {
    const { trace, lines } = traced()
    trace.run(() => trace.log("warn", "slow", { ms: 12 }), "abc")
    trace.log("info", "alone")
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        time: expect.any(String),
        level: "warn",
        message: "slow",
        trace_id: "abc",
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        ms: 12,
      },
      { time: expect.any(String), level: "info", message: "alone" },
    ])
  })
})
