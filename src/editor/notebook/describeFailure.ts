import type { CellError } from "../../contract/kernel"
import type { DisplayLanguage } from "../../contract/language"
import type { Message } from "../../l10n/catalogue"
import type { KernelEnd } from "../../process/kernel"

/** What a cell says when the cluster or the kernel did not come up, or went while it ran. */
export async function describeFailure(error: unknown, language: DisplayLanguage): Promise<CellError> {
  const { KernelEndedError } = await import("../late/processes")
  const { catalogueLanguage, inBothLanguages, translateMessage } = await import("../late/lessonFormat")
  const end = error instanceof KernelEndedError ? error.end : undefined
  const said = end && messageOf(end)
  const hint: Message = { key: "cell.runAgain" }
  const words = catalogueLanguage(language)
  const message = said ? translateMessage(words, said) : error instanceof Error ? error.message : String(error)
  return {
    name: "Logbook",
    message,
    // What the process said last, as it said it; of a heap that is full, V8 says a page of addresses.
    stack: end && end.lastWords !== "" && !end.isOutOfMemory ? `${message}\n${end.lastWords}` : "",
    hint: translateMessage(words, hint),
    translations: { ...(said && { message: inBothLanguages(said) }), hint: inBothLanguages(hint) },
  }
}

function messageOf({ code, isOutOfMemory }: KernelEnd): Message {
  if (isOutOfMemory) return { key: "cell.kernelOutOfMemory" }
  return code === null ? { key: "cell.kernelEnded" } : { key: "cell.kernelEndedWithCode", values: { code } }
}
