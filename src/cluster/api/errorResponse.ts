import type { Api } from "../../protocol/schema"
import type { FieldSpec, StructSpec } from "../../protocol/spec"

type Value = Readonly<Record<string, unknown>>

/** What a request and its response call the same thing differently. */
const REQUEST_NAMES: Readonly<Record<string, readonly string[]>> = {
  partitionIndex: ["partition", "index"],
  index: ["partitionIndex", "partition"],
  name: ["topic"],
  topic: ["name"],
  key: ["groupId"],
}

/** Arrays of a request that say how, not what: no response mirrors them. */
const NOT_MIRRORED = new Set(["configs", "assignments", "forgottenTopicsData", "protocols"])

/**
 * A response that refuses everything a request asks for with one error code: the response mirrors the request's
 * topics, partitions, groups or resources, and holds the code wherever its schema has a place for one.
 */
export function errorResponse(api: Api, version: number, request: Value, errorCode: number): Value {
  return mirror(api.response.spec, version, request, errorCode)
}

/** The first error of a response, in the order of its fields; 0 where there is none. */
export function firstErrorCode(response: unknown): number {
  if (Array.isArray(response)) {
    for (const item of response) {
      const code = firstErrorCode(item)
      if (code !== 0) return code
    }
    return 0
  }
  if (typeof response !== "object" || response === null || Buffer.isBuffer(response)) return 0
  for (const [name, value] of Object.entries(response)) {
    if (typeof value === "number" && value !== 0 && isErrorCode(name)) return value
    const code = typeof value === "object" ? firstErrorCode(value) : 0
    if (code !== 0) return code
  }
  return 0
}

function mirror(spec: StructSpec, version: number, request: unknown, errorCode: number): Value {
  const response: Record<string, unknown> = {}
  for (const field of spec.fields) {
    if (version < field.since || version > field.until) continue
    if (isErrorCode(field.name)) response[field.name] = errorCode
    else if (field.type.kind === "array") response[field.name] = mirrorArray(field, version, request, errorCode)
    else {
      const same = sameOf(field.name, request)
      if (same !== undefined) response[field.name] = same
    }
  }
  return response
}

function mirrorArray({ type }: FieldSpec, version: number, request: unknown, errorCode: number): Value[] {
  if (type.kind !== "array" || type.of.kind !== "struct" || !holdsErrorCode(type.of)) return []
  const element = type.of
  return firstArray(request).map((item) => mirror(element, version, item, errorCode))
}

function firstArray(request: unknown): readonly unknown[] {
  if (typeof request !== "object" || request === null) return []
  for (const [name, value] of Object.entries(request)) {
    if (Array.isArray(value) && value.length > 0 && !NOT_MIRRORED.has(name)) return value
  }
  return []
}

function sameOf(name: string, request: unknown): unknown {
  // An array of plain numbers or names: partitions: [0, 1], coordinatorKeys: ["group"].
  if (typeof request === "number") return name === "partitionIndex" || name === "index" ? request : undefined
  if (typeof request === "string") return name === "key" || name === "name" || name === "groupId" ? request : undefined
  if (typeof request !== "object" || request === null) return undefined
  const value = request as Value
  for (const candidate of [name, ...(REQUEST_NAMES[name] ?? [])]) {
    const found = value[candidate]
    if (found !== undefined && typeof found !== "object") return found
  }
  return undefined
}

function holdsErrorCode(spec: StructSpec): boolean {
  return spec.fields.some(({ name, type }) => {
    if (isErrorCode(name)) return true
    return type.kind === "array" && type.of.kind === "struct" && holdsErrorCode(type.of)
  })
}

function isErrorCode(name: string): boolean {
  return name === "errorCode" || name === "partitionErrorCode"
}
