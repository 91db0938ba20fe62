import type { KernelVariable } from "../contract/kernel"
import { inspectValue } from "../kit/inspectValue"

const MAX_PREVIEW_LENGTH = 120

/** What the lesson's variables hold now, in the order in which they were declared. */
export function describeVariables(names: Iterable<string>): KernelVariable[] {
  return [...names].flatMap((name) => {
    const property = Object.getOwnPropertyDescriptor(globalThis, name)
    if (property === undefined || !("value" in property)) return []
    return [{ name, type: typeOf(property.value), preview: preview(property.value) }]
  })
}

function typeOf(value: unknown): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return `Array(${value.length})`
  if (typeof value === "function")
    return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "function"
  if (typeof value !== "object") return typeof value
  const name = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === "string" && name !== "" ? name : "object"
}

function preview(value: unknown): string {
  const text = inspectValue(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 10,
    maxStringLength: 100,
  })
  const line = text.replaceAll(/\s+/g, " ")
  return line.length > MAX_PREVIEW_LENGTH ? `${line.slice(0, MAX_PREVIEW_LENGTH - 1)}…` : line
}
