import type { LogEntry } from "kafkajs"

/** kafkajs's own log, one readable line per entry, to stderr: its default is JSON among the cell's output. */
export function writeLogLine({ label, log }: LogEntry): void {
  // The presets bound retries by intent: an attempt without an end would hold a cell for ever.
  if (log.message.startsWith("Limiting retries for the idempotent producer")) return
  const reason = typeof log.error === "string" ? ` (${log.error})` : ""
  const broker = typeof log.broker === "string" ? ` ${log.broker}` : ""
  console.error(`kafkajs ${label.toLowerCase()}${broker}: ${log.message}${reason}`)
}
