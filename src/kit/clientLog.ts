import type { LogEntry } from "kafkajs"

/** A client without a broker says the same on each attempt: within this time once is enough. */
const REPEAT_AFTER_MS = 5_000

/** A cell's output does not wrap: what is longer than a screen is wide is out of sight. */
const MAX_COLUMNS = 120

/** Distinct lines that are remembered. */
const MAX_LINES = 100

/** Writes kafkajs's own log to stderr, one readable line per entry: its default is JSON among the cell's output. */
export function createClientLog(now = () => performance.now()): (entry: LogEntry) => void {
  const written = new Map<string, number>()
  return ({ label, log }) => {
    // The presets bound retries by intent: an attempt without an end would hold a cell for ever.
    if (log.message.startsWith("Limiting retries for the idempotent producer")) return
    const reason = typeof log.error === "string" ? ` (${log.error})` : ""
    const broker = typeof log.broker === "string" ? ` ${log.broker}` : ""
    const line = `kafkajs ${label.toLowerCase()}${broker}: ${log.message}${reason}`
    const lastMs = written.get(line)
    if (lastMs !== undefined && now() - lastMs < REPEAT_AFTER_MS) return
    if (written.size >= MAX_LINES) written.clear()
    written.set(line, now())
    console.error(wrapped(line))
  }
}

/** The same words, on as many lines as they need; a word that is too long keeps its line. */
function wrapped(line: string): string {
  const lines = [""]
  for (const word of line.split(" ")) {
    const last = lines.at(-1) ?? ""
    if (last.trim() !== "" && last.length + 1 + word.length > MAX_COLUMNS) lines.push(`  ${word}`)
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`
  }
  return lines.join("\n")
}
