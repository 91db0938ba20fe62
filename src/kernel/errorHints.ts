import type { LocalizedText } from "../contract/language"
import { clientHints } from "./data/clientHints"
import { kafkaHints } from "./data/kafkaHints"

/**
 * What an error means and what to try, or undefined where we do not know better than its message. Kafka's own error
 * codes first, then what the client and the network say.
 */
export function hintFor(thrown: unknown): LocalizedText | undefined {
  for (const error of withCauses(thrown)) {
    const byType = "type" in error && typeof error.type === "string" ? kafkaHints[error.type] : undefined
    const byCode = "code" in error && typeof error.code === "string" ? clientHints[error.code] : undefined
    const hint = byType ?? byCode ?? clientHints[error.name]
    if (hint !== undefined) return hint
  }
  return undefined
}

/** The innermost cause says the most: retries and wrappers stand around it. */
function withCauses(thrown: unknown): Error[] {
  const chain: Error[] = []
  for (let error = thrown; error instanceof Error && chain.length < 8; error = error.cause) chain.unshift(error)
  const wrapped = chain.flatMap((error) => (error instanceof AggregateError ? error.errors : []))
  return [...wrapped.filter((error) => error instanceof Error), ...chain]
}
