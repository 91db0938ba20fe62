import { isDeepStrictEqual } from "node:util"
import type { LocalizedText } from "../contract/language"
import type { CheckResult } from "./host"
import { inspectShort } from "./inspectShort"

/**
 * One fact about `value`. A check goes on after a fact that does not hold, so that its reader sees all of them; each
 * method tells whether the fact holds.
 */
export interface Expectation {
  /** The same value, compared deeply; Buffers by their bytes. */
  equals(expected: unknown): boolean
  differs(other: unknown): boolean
  /** Neither false, 0, "", null nor undefined. */
  isTrue(): boolean
  atLeast(minimum: number | bigint): boolean
  atMost(maximum: number | bigint): boolean
  /** minimum ≤ value ≤ maximum. */
  between(minimum: number | bigint, maximum: number | bigint): boolean
  /** The number within `tolerance` of `expected`. */
  near(expected: number, tolerance: number): boolean
  /** An item of an array or set, a key of a map, or a part of a string. */
  includes(item: unknown): boolean
  excludes(item: unknown): boolean
  matches(pattern: RegExp): boolean
  hasLength(length: number): boolean
  /**
   * The function (or promise) fails with an error whose name, message, `type` or `code` is or matches `expected`,
   * such as "NOT_ENOUGH_REPLICAS".
   */
  fails(expected?: string | number | RegExp): Promise<boolean>
}

/** States a fact, in a sentence per language that is shown whether it holds or not. */
export type Expect = (value: unknown, sentence?: LocalizedText) => Expectation

export function createExpect(report: (result: CheckResult) => void): Expect {
  return (value, sentence) => {
    const state = (ok: boolean, fact: LocalizedText, found: unknown = value): boolean => {
      report({ ok, text: factText(ok, sentence, fact, found) })
      return ok
    }
    return expectation(value, state)
  }
}

type State = (ok: boolean, fact: LocalizedText, found?: unknown) => boolean

function expectation(value: unknown, state: State): Expectation {
  const compare = (left: unknown, right: number | bigint) =>
    isNumeric(left) ? Number(left) - Number(right) : Number.NaN
  return {
    equals: (expected) =>
      state(isSame(value, expected), fact(`is ${inspectShort(expected)}`, `应为 ${inspectShort(expected)}`)),
    differs: (other) =>
      state(!isSame(value, other), fact(`is not ${inspectShort(other)}`, `不应为 ${inspectShort(other)}`)),
    isTrue: () => state(Boolean(value), fact("holds", "成立")),
    atLeast: (minimum) => state(compare(value, minimum) >= 0, fact(`is at least ${minimum}`, `至少为 ${minimum}`)),
    atMost: (maximum) => state(compare(value, maximum) <= 0, fact(`is at most ${maximum}`, `至多为 ${maximum}`)),
    between: (minimum, maximum) =>
      state(
        compare(value, minimum) >= 0 && compare(value, maximum) <= 0,
        fact(`is between ${minimum} and ${maximum}`, `在 ${minimum} 与 ${maximum} 之间`),
      ),
    near: (expected, tolerance) =>
      state(
        Math.abs(compare(value, expected)) <= tolerance,
        fact(`is within ${tolerance} of ${expected}`, `与 ${expected} 相差不超过 ${tolerance}`),
      ),
    includes: (item) =>
      state(contains(value, item), fact(`includes ${inspectShort(item)}`, `包含 ${inspectShort(item)}`)),
    excludes: (item) =>
      state(!contains(value, item), fact(`excludes ${inspectShort(item)}`, `不包含 ${inspectShort(item)}`)),
    matches: (pattern) => state(pattern.test(String(value)), fact(`matches ${pattern}`, `匹配 ${pattern}`)),
    hasLength: (length) => state(lengthOf(value) === length, fact(`has length ${length}`, `长度为 ${length}`)),
    fails: async (expected) => {
      const { failed, error } = await outcomeOf(value)
      const wanted =
        expected === undefined ? fact("fails", "失败") : fact(`fails with ${expected}`, `以 ${expected} 失败`)
      const found = failed ? describeFailure(error) : "no error"
      return state(failed && (expected === undefined || isFailure(error, expected)), wanted, found)
    },
  }
}

function fact(en: string, zh: string): LocalizedText {
  return { en, zh }
}

function factText(
  ok: boolean,
  sentence: LocalizedText | undefined,
  wanted: LocalizedText,
  found: unknown,
): LocalizedText {
  const base = sentence ?? { en: `the value ${wanted.en}`, zh: `值${wanted.zh}` }
  if (ok) return base
  const shown = typeof found === "string" && found === "no error" ? found : inspectShort(found)
  return {
    en: `${base.en}: expected that it ${wanted.en}, found ${shown}`,
    zh: `${base.zh}：期望${wanted.zh}，实际得到 ${shown}`,
  }
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint" || (typeof value === "string" && /^-?\d+$/.test(value))
}

function isSame(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0
  return isDeepStrictEqual(left, right)
}

function contains(value: unknown, item: unknown): boolean {
  if (typeof value === "string") return value.includes(String(item))
  if (value instanceof Map) return value.has(item)
  if (typeof value === "object" && value !== null && Symbol.iterator in value) {
    return [...(value as Iterable<unknown>)].some((element) => isSame(element, item))
  }
  return typeof value === "object" && value !== null && String(item) in value
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string" || Array.isArray(value) || value instanceof Uint8Array) return value.length
  if (value instanceof Set || value instanceof Map) return value.size
  return undefined
}

async function outcomeOf(value: unknown): Promise<{ failed: boolean; error?: unknown }> {
  try {
    await (typeof value === "function" ? value() : value)
    return { failed: false }
  } catch (error) {
    return { failed: true, error }
  }
}

/** The error itself or one of its causes. */
function isFailure(error: unknown, expected: string | number | RegExp): boolean {
  if (!(error instanceof Error)) return String(error) === String(expected)
  const marks = [error.name, error.message, "type" in error ? error.type : "", "code" in error ? error.code : ""]
  const isMark = (mark: unknown) => (expected instanceof RegExp ? expected.test(String(mark)) : mark === expected)
  return marks.some(isMark) || (error.cause !== undefined && isFailure(error.cause, expected))
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const type = "type" in error && typeof error.type === "string" ? error.type : error.name
  return `${type}: ${error.message}`
}
