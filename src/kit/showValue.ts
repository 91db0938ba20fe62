import type { MimeItem } from "../contract/kernel"
import { mimeItems } from "./displayable"
import { hexDump } from "./hexDump"
import { inspectValue } from "./inspectValue"

/** Plain data larger than this is shown as text only. */
const MAX_JSON_LENGTH = 200_000

/** Plain data of more parts, too: looking at each of them would take longer than the cell did. */
const MAX_JSON_PARTS = 20_000

/** What a value looks like: text for everything, JSON beside it where the value is plain data. Never throws. */
export function showValue(value: unknown): MimeItem[] {
  const own = ownItems(value)
  if (own !== undefined) return [...own]
  if (value instanceof Uint8Array && value.length > 0) return [{ mime: "text/plain", data: hexDump(value) }]
  const text = { mime: "text/plain", data: inspectValue(value) }
  const json = asJson(value)
  return json === undefined ? [text] : [text, { mime: "application/json", data: json }]
}

/** A proxy may refuse to be looked at. */
function ownItems(value: unknown): readonly MimeItem[] | undefined {
  try {
    return mimeItems(value)
  } catch {
    return undefined
  }
}

function asJson(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined
  try {
    if (!isPlain(value, 0, { left: MAX_JSON_PARTS })) return undefined
    const json = JSON.stringify(value)
    return json.length > MAX_JSON_LENGTH ? undefined : json
  } catch {
    // A getter throws.
    return undefined
  }
}

/** Plain: JSON gives back the same. Instances, functions, big integers and cycles are not. */
function isPlain(value: unknown, depth: number, parts: { left: number }): boolean {
  if (depth > 40 || --parts.left < 0) return false
  switch (typeof value) {
    case "string":
      return value.length <= MAX_JSON_LENGTH
    case "boolean":
      return true
    case "number":
      return Number.isFinite(value)
    case "object": {
      if (value === null) return true
      if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1, parts))
      const prototype = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && prototype !== null) return false
      return Object.values(value).every((item) => isPlain(item, depth + 1, parts))
    }
    default:
      return false
  }
}
