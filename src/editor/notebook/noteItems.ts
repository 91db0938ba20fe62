import { type MimeItem, type NoteOutput, outputMime } from "../../contract/kernel"
import type { DisplayLanguage } from "../../contract/language"
import type { MessageKey } from "../../l10n/en"

/** A sentence of ours about a run: drawn in the reader's language, whichever that is when it is looked at. */
export async function noteItems(key: MessageKey, language: DisplayLanguage): Promise<MimeItem[]> {
  const { catalogueLanguage, inBothLanguages, translate } = await import("../late/lessonFormat")
  const note: NoteOutput = { text: inBothLanguages({ key }) }
  return [
    { mime: outputMime.note, data: JSON.stringify(note) },
    // For hosts without our renderer, and for exports.
    { mime: "text/plain", data: `${translate(catalogueLanguage(language), key)}\n` },
  ]
}
