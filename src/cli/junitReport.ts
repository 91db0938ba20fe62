import type { RunLine } from "../contract/run"

/** The lines of a run as JUnit XML: a suite per lesson, a case per cell. */
export function junitReport(lines: readonly RunLine[]): string {
  const lessons = [...new Set(lines.map(({ lesson }) => lesson))]
  const suites = lessons.map((lesson) =>
    suite(
      lesson,
      lines.filter((line) => line.lesson === lesson),
    ),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`
}

function suite(lesson: string, lines: readonly RunLine[]): string {
  const count = (status: RunLine["status"]) => lines.filter((line) => line.status === status).length
  const attributes = `name="${escapeXml(lesson)}" tests="${lines.length}" failures="${count("failed")}" skipped="${count("skipped")}" time="${seconds(lines.reduce((sum, { ms }) => sum + ms, 0))}"`
  return `  <testsuite ${attributes}>\n${lines.map(testCase).join("")}  </testsuite>\n`
}

function testCase({ lesson, cell, kind, line, ms, status, reason = "", error }: RunLine): string {
  const head = `    <testcase classname="${escapeXml(lesson)}" name="${escapeXml(`${kind} ${cell} (line ${line})`)}" time="${seconds(ms)}"`
  switch (status) {
    case "ok":
      return `${head}/>\n`
    case "skipped":
      return `${head}><skipped message="${escapeXml(reason)}"/></testcase>\n`
    case "failed":
      return `${head}><failure message="${escapeXml(error?.message ?? reason)}">${escapeXml(error?.hint ?? "")}</failure></testcase>\n`
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

/** XML 1.0 knows no control characters besides tab and line ends, and no half of a surrogate pair. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
}
