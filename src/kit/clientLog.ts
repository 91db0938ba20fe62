import type { LogEntry } from "kafkajs"

/** kafkajs's own log, one readable line per entry, to stderr: its default is JSON among the cell's output. */
export function writeLogLine({ label, log }: LogEntry): void {
  const reason = typeof log.error === "string" ? ` (${log.error})` : ""
  const broker = typeof log.broker === "string" ? ` ${log.broker}` : ""
  console.error(`kafkajs ${label.toLowerCase()}${broker}: ${log.message}${reason}`)
}
