import { describe, expect, it } from "vitest"
import { junitReport } from "../../src/cli/junitReport"
import type { RunLine } from "../../src/contract/run"

const line = (rest: Partial<RunLine>): RunLine => ({
  lesson: "offsets",
  cell: "produce",
  kind: "code",
  line: 12,
  status: "ok",
  ms: 1_234,
  outputs: [],
  ...rest,
})

describe("logbook run --junit", () => {
  it("is a suite per lesson and a case per cell, with counts, seconds and reasons", () => {
    const error = { name: "KafkaJSError", message: 'no <broker> & no "luck"', line: 3, hint: "Start it." }
    const report = junitReport([
      line({}),
      line({ cell: "read", line: 20, status: "failed", ms: 6, error }),
      line({ cell: "check-1", kind: "check", line: 30, status: "skipped", ms: 0, reason: "read failed" }),
      line({ lesson: "replication", cell: "live-1", kind: "live", ms: 0 }),
    ])
    expect(report).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="offsets" tests="3" failures="1" skipped="1" time="1.240">
    <testcase classname="offsets" name="code produce (line 12)" time="1.234"/>
    <testcase classname="offsets" name="code read (line 20)" time="0.006"><failure message="no &lt;broker&gt; &amp; no &quot;luck&quot;">Start it.</failure></testcase>
    <testcase classname="offsets" name="check check-1 (line 30)" time="0.000"><skipped message="read failed"/></testcase>
  </testsuite>
  <testsuite name="replication" tests="1" failures="0" skipped="0" time="0.000">
    <testcase classname="replication" name="live live-1 (line 12)" time="0.000"/>
  </testsuite>
</testsuites>
`)
  })

  it("has no character that XML forbids, whatever a cell threw", () => {
    const report = junitReport([line({ status: "failed", error: { name: "E", message: "\u0000a\u001b[31m\ud800b" } })])
    expect(report).toContain('message="\uFFFDa\uFFFD[31m\uFFFDb"')
  })
})
