import type { Handler } from "../handler"
import type { Parts } from "../parts"

/** What a simulated cluster is made of instead of the real thing: a cluster that breaks one rule shows that its check can fail. */
export interface Replacements {
  readonly parts?: Partial<Parts>
  /** Each takes the place of the handler of the same API, for clients and for other brokers. */
  readonly handlers?: readonly Handler[]
}
