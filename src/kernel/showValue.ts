import { inspect } from "node:util"
import type { MimeItem } from "../contract/kernel"
import { mimeItems } from "../kit/displayable"

/** Plain data larger than this is shown as text only. */
const MAX_JSON_LENGTH = 200_000

/** What a cell's value looks like: text for everything, JSON beside it where the value is plain data. */
export function showValue(value: unknown): MimeItem[] {
  const own = mimeItems(value)
  if (own !== undefined) return [...own]
  const text = { mime: "text/plain", data: inspectValue(value) }
  const json = asJson(value)
  return json === undefined ? [text] : [text, { mime: "application/json", data: json }]
}

/** A value as text, bounded in depth and length. */
export function inspectValue(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: 100, maxArrayLength: 200, maxStringLength: 20_000, sorted: false })
}

function asJson(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !isPlain(value, 0)) return undefined
  const json = JSON.stringify(value)
  return json.length > MAX_JSON_LENGTH ? undefined : json
}

/** Plain: JSON gives back the same. Instances, functions, big integers and cycles are not. */
function isPlain(value: unknown, depth: number): boolean {
  if (depth > 40) return false
  switch (typeof value) {
    case "string":
    case "boolean":
      return true
    case "number":
      return Number.isFinite(value)
    case "object": {
      if (value === null) return true
      if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1))
      const prototype = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && prototype !== null) return false
      return Object.values(value).every((item) => isPlain(item, depth + 1))
    }
    default:
      return false
  }
}
