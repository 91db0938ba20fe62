import type { Message, MessageValues } from "../l10n/catalogue"
import type { MessageKey } from "../l10n/en"

/** Something wrong at a line of the file. `line` is 1-based. */
export interface Problem {
  readonly line: number
  readonly message: Message
}

/** The texts of the catalogue that are about lessons. */
type ProblemKey = Extract<MessageKey, `lint.${string}`>

/** Which text, and what is put into it. */
export type ProblemText = [key: ProblemKey, values?: MessageValues]

export function problemAt(line: number, ...text: ProblemText): Problem {
  return { line, message: problemMessage(...text) }
}

/** The text of a problem, or of a part of one. */
export function problemMessage(...[key, values]: ProblemText): Message {
  return { key, ...(values && { values }) }
}
