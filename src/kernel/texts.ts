import type { DisplayLanguage, LocalizedText } from "../contract/language"
import { lessonLanguage } from "../l10n/catalogue"

/** One of the two texts; the editor makes 繁體 of the Chinese one. */
export function localize(language: DisplayLanguage, text: LocalizedText): string {
  return text[lessonLanguage(language)]
}

export function truncatedText(language: DisplayLanguage, limit: string): string {
  return localize(language, {
    en: `… the rest is not shown: a cell may print ${limit} per run`,
    zh: `…… 其余内容不再显示：一个单元格每次运行最多输出 ${limit}`,
  })
}
