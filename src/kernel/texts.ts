import type { DisplayLanguage, LocalizedText } from "../contract/language"
import { catalogueLanguage, lessonLanguage, translate } from "../l10n/catalogue"
import type { OutputLimit } from "./outputStream"

/** One of the two texts; the editor makes 繁體 of the Chinese one. */
export function localize(language: DisplayLanguage, text: LocalizedText): string {
  return text[lessonLanguage(language)]
}

export function truncatedText(language: DisplayLanguage, limit: OutputLimit, count: number): string {
  return translate(catalogueLanguage(language), `cell.limit.${limit}`, { count: count.toLocaleString("en") })
}

/** The name of what was thrown without being an error. */
export function thrownValueText(language: DisplayLanguage): string {
  return translate(catalogueLanguage(language), "cell.thrownValue")
}
