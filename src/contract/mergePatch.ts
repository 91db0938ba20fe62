type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Applies a JSON Merge Patch (RFC 7396): null removes a member, an object merges, everything else replaces.
 * Neither argument is changed; what the patch does not touch is shared with `target`.
 */
export function applyMergePatch<T>(target: T, patch: unknown): T {
  return apply(target as Json, patch as Json) as T
}

/** The smallest merge patch that turns `before` into `after`, or undefined where they are equal. */
export function createMergePatch(before: unknown, after: unknown): unknown {
  return difference(before as Json, after as Json)
}

function apply(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result: Record<string, Json> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = apply(result[name], value)
  }
  return result
}

function difference(before: Json | undefined, after: Json): Json | undefined {
  if (before === after) return undefined
  if (!isObject(before) || !isObject(after)) return sameJson(before, after) ? undefined : after
  const patch: Record<string, Json> = {}
  for (const name of Object.keys(before)) if (!(name in after)) patch[name] = null
  for (const name of Object.keys(after)) {
    const value = after[name]
    // Most members of a large snapshot are the very same objects: they cost one comparison.
    if (value === undefined || value === before[name]) continue
    const change = name in before ? difference(before[name], value) : value
    if (change !== undefined) patch[name] = change
  }
  return Object.keys(patch).length === 0 ? undefined : patch
}

function sameJson(left: Json | undefined, right: Json): boolean {
  if (left === right) return true
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
  return left.every((item, index) => difference(item, right[index]) === undefined)
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
