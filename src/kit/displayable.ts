import type { MimeItem } from "../contract/kernel"

const mime = Symbol.for("logbook.mime")

/** A value that says itself how it is shown: a table, a chart, a live diagram. */
export interface Displayable {
  readonly [mime]: readonly MimeItem[]
}

export function displayable(items: readonly MimeItem[]): Displayable {
  // Not enumerable, so that the value stays plain for whoever looks into it.
  return Object.defineProperty({}, mime, { value: items }) as Displayable
}

/** How `value` wants to be shown, or undefined where it has no wish. */
export function mimeItems(value: unknown): readonly MimeItem[] | undefined {
  return typeof value === "object" && value !== null && mime in value ? (value as Displayable)[mime] : undefined
}
