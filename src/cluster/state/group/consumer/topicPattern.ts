/**
 * Regular expressions of subscriptions. Kafka's are RE2's; these are translated to JavaScript's. Refused as in RE2:
 * look-around and back-references. Not supported: flags amid an expression, `\C`, and `\pN` without braces.
 */

const LEADING_FLAGS = /^\(\?([ims]+)\)/
const REFUSED = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</
const NAMED_GROUP = /\(\?P</g

/** Matches whole topic names; undefined when the expression is none of RE2's. */
export function compileTopicPattern(expression: string): RegExp | undefined {
  if (REFUSED.test(withoutEscapes(expression))) return undefined
  const flags = LEADING_FLAGS.exec(expression)?.[1] ?? ""
  const body = quoteLiterals(expression.replace(LEADING_FLAGS, ""))
    .replace(NAMED_GROUP, "(?<")
    .replace(/\\A/g, "^")
    .replace(/\\z/g, "$")
  try {
    return new RegExp(`^(?:${body})$`, [...new Set(`u${flags}`)].join(""))
  } catch {
    return undefined
  }
}

/** Names that an expression matches, sorted. */
export function matchingTopics(pattern: RegExp, names: Iterable<string>): string[] {
  return [...names].filter((name) => pattern.test(name)).sort()
}

/** Escaped backslashes stand for themselves and begin nothing. */
function withoutEscapes(expression: string): string {
  return expression.replace(/\\\\/g, "")
}

/** RE2's \Q…\E takes everything between them literally. */
function quoteLiterals(expression: string): string {
  return expression.replace(/\\Q(.*?)(?:\\E|$)/gs, (_, literal: string) =>
    literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"),
  )
}
