import { type MimeItem, outputMime } from "../contract/kernel"
import { catalogueLanguage, translate } from "../l10n/catalogue"
import type { KitContext } from "./host"
import { inspectValue } from "./inspectValue"
import { showValue } from "./showValue"

export type ChartKind = "bar" | "line"

export interface ChartOptions {
  readonly title?: string
  readonly kind?: ChartKind
  /** What the numbers count. */
  readonly unit?: string
}

export interface Progress {
  /** Sets how much is done; 1 or `total` is all. */
  update(done: number, text?: string): void
}

/** Shows a value, as the last expression of a cell is shown; and in other forms by name. */
export interface Display {
  (value: unknown): void
  text(text: string): void
  /** Plain data, as a tree that opens. */
  json(value: unknown): void
  /** Rows as a table; columns in the order in which they first appear, or as named. */
  table(rows: readonly Readonly<Record<string, unknown>>[], columns?: readonly string[]): void
  markdown(text: string): void
  /** A mermaid diagram, drawn once. */
  mermaid(text: string, twin?: string): void
  /** Numbers by name. */
  chart(values: Readonly<Record<string, number>>, options?: ChartOptions): void
  /** A bar that changes in place. */
  progress(text: string, total?: number): Progress
}

/** Rows of a table: more than a page of a notebook holds. All of them are in the variable. */
const MAX_TABLE_ROWS = 200

export function createDisplay(current: () => KitContext): Display {
  let bars = 0
  const show = (items: readonly MimeItem[], id?: string) => current().display(items, id)
  const display = (value: unknown) => show(showValue(value))
  return Object.assign(display, {
    text: (text: string) => show([{ mime: "text/plain", data: text }]),
    json: (value: unknown) => {
      const json = jsonText(value)
      show([
        { mime: "application/json", data: json ?? "null" },
        { mime: "text/plain", data: json === undefined ? "undefined" : JSON.stringify(JSON.parse(json), null, 2) },
      ])
    },
    table: (rows: readonly Readonly<Record<string, unknown>>[], columns = columnsOf(rows)) => {
      const words = catalogueLanguage(current().language)
      if (rows.length === 0) return show([{ mime: "text/plain", data: translate(words, "cell.noRows") }])
      const shown = rows.slice(0, MAX_TABLE_ROWS)
      const count = rows.length - shown.length
      const rest = count === 0 ? [] : [translate(words, "cell.moreRows", { count })]
      show([
        { mime: "text/markdown", data: [markdownTable(shown, columns), ...rest].join("\n\n") },
        { mime: "text/plain", data: [plainTable(shown, columns), ...rest].join("\n") },
      ])
    },
    markdown: (text: string) => show([{ mime: "text/markdown", data: text }]),
    mermaid: (text: string, twin = text) => show(mermaidItems(text, twin)),
    chart: (values: Readonly<Record<string, number>>, options: ChartOptions = {}) =>
      show([...mermaidItems(mermaidChart(values, options), plainChart(values, options))]),
    progress: (text: string, total = 1) => {
      const id = `progress-${++bars}`
      const update = (done: number, newText = text) =>
        show([{ mime: "text/plain", data: progressBar(newText, done / total) }], id)
      update(0)
      return { update }
    },
  })
}

/** Kafka's offsets are big integers, and clients refer to themselves: neither keeps the rest from being shown. */
function jsonText(value: unknown): string | undefined {
  const above: unknown[] = []
  return JSON.stringify(value, function replace(this: unknown, _name, item: unknown) {
    // `this` holds the item: whatever was deeper than it has been left.
    while (above.length > 0 && above.at(-1) !== this) above.pop()
    if (typeof item === "bigint") return item.toString()
    if (typeof item !== "object" || item === null) return item
    if (above.includes(item)) return "[Circular]"
    above.push(item)
    return item
  })
}

/** What the renderer draws is a live output without a target; everybody else reads the twin. */
function mermaidItems(text: string, twin: string): MimeItem[] {
  return [
    { mime: outputMime.live, data: JSON.stringify({ kind: "mermaid", target: { text }, twin }) },
    { mime: "text/plain", data: twin },
  ]
}

function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))]
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return ""
  return typeof value === "string" ? value : inspectValue(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2 })
}

function markdownTable(rows: readonly Readonly<Record<string, unknown>>[], columns: readonly string[]): string {
  const escaped = (text: string) =>
    text
      .replaceAll(/[|\\]/g, "\\$&")
      .replaceAll("<", "&lt;")
      .replaceAll(/\s*\n\s*/g, " ")
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`
  const isNumber = (column: string) =>
    rows.every((row) => typeof row[column] === "number" || typeof row[column] === "bigint")
  const rule = `| ${columns.map((column) => (isNumber(column) ? "--:" : "---")).join(" | ")} |`
  return [line(columns), rule, ...rows.map((row) => line(columns.map((column) => cellText(row[column]))))].join("\n")
}

function plainTable(rows: readonly Readonly<Record<string, unknown>>[], columns: readonly string[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => cellText(row[column])))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? "").length)))
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

function mermaidChart(
  values: Readonly<Record<string, number>>,
  { title = "", kind = "bar", unit = "" }: ChartOptions,
): string {
  const quote = (text: string) => `"${text.replaceAll('"', "'")}"`
  const numbers = Object.values(values)
  // Mermaid's own axis begins at the least number, where a bar has no height.
  const range = kind === "bar" ? `${Math.min(0, ...numbers)} --> ${Math.max(1, ...numbers)}` : ""
  const axisParts = [...(unit === "" ? [] : [quote(unit)]), range].filter((part) => part !== "")
  const axis = axisParts.length === 0 ? [] : [`  y-axis ${axisParts.join(" ")}`]
  return [
    "xychart-beta",
    ...(title === "" ? [] : [`  title ${quote(title)}`]),
    `  x-axis [${Object.keys(values).map(quote).join(", ")}]`,
    ...axis,
    `  ${kind} [${numbers.join(", ")}]`,
  ].join("\n")
}

const BAR_LENGTH = 30

function plainChart(values: Readonly<Record<string, number>>, { title, unit = "" }: ChartOptions): string {
  const most = Math.max(...Object.values(values), Number.MIN_VALUE)
  const width = Math.max(...Object.keys(values).map((name) => name.length), 0)
  const lines = Object.entries(values).map(([name, value]) => {
    const bar = "█".repeat(Math.max(0, Math.round((value / most) * BAR_LENGTH)))
    return `${name.padEnd(width)} ${bar} ${value}${unit === "" ? "" : ` ${unit}`}`
  })
  return [...(title === undefined ? [] : [title]), ...lines].join("\n")
}

function progressBar(text: string, share: number): string {
  const done = Math.min(1, Math.max(0, share))
  const filled = Math.round(done * BAR_LENGTH)
  return `${"█".repeat(filled)}${"░".repeat(BAR_LENGTH - filled)} ${Math.round(done * 100)} % ${text}`
}
