import { inspectValue } from "./inspectValue"

const MAX_LENGTH = 200

/** A value in one line, for a sentence. */
export function inspectShort(value: unknown): string {
  const line = inspectValue(value, {
    depth: 3,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 20,
    maxStringLength: 100,
  })
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line
}
