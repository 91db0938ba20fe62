import { type InspectOptions, inspect } from "node:util"

/** A value as text, bounded in depth and length. Never throws: what a getter or a proxy throws is a part of the text. */
export function inspectValue(value: unknown, options: InspectOptions = {}): string {
  try {
    return inspect(value, { depth: 4, breakLength: 100, maxArrayLength: 200, maxStringLength: 20_000, ...options })
  } catch (error) {
    return `[${typeof value}: ${error instanceof Error ? `${error.name}: ${error.message}` : "?"}]`
  }
}
