import type { DisplayLanguage, LessonLanguage, LocalizedText } from "../contract/language"
import { en, type MessageKey } from "./en"
import { zhCn } from "./zhCn"
import { zhTw } from "./zhTw"

/** The languages of the interface texts that no `vscode.l10n` reaches: kernel, kit, diagrams, command line. */
export type CatalogueLanguage = "en" | "zh-cn" | "zh-tw"

/** A text that is put into words where it is shown, in the language of whoever reads it. */
export interface Message {
  readonly key: MessageKey
  readonly values?: MessageValues
}

export type MessageValues = Readonly<Record<string, string | number | Message>>

const catalogues: Readonly<Record<CatalogueLanguage, Readonly<Record<MessageKey, string>>>> = {
  en,
  "zh-cn": zhCn,
  "zh-tw": zhTw,
}

/** The text of `key`, with `{name}` replaced by the value of that name. A name without a value stays as it is. */
export function translate(language: CatalogueLanguage, key: MessageKey, values: MessageValues = {}): string {
  return catalogues[language][key].replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    if (typeof value === "object") return translateMessage(language, value)
    return value === undefined ? placeholder : String(value)
  })
}

export function translateMessage(language: CatalogueLanguage, { key, values }: Message): string {
  return translate(language, key, values)
}

/** In the two languages that lessons are written in, for what is put into words where it is looked at. */
export function inBothLanguages(message: Message): LocalizedText {
  return { en: translateMessage("en", message), zh: translateMessage("zh-cn", message) }
}

/** Several names as one phrase: "1, 2, and 3"; in Chinese "1、2、3", as a 和 between numbers and names reads badly. */
export function translateList(language: CatalogueLanguage, items: readonly (string | number)[]): string {
  const names = items.map(String)
  return language === "en" ? new Intl.ListFormat("en", { type: "conjunction" }).format(names) : names.join("、")
}

/** Sentences one after the other: Chinese ones need no space, as the full stop is as wide as a letter. */
export function joinSentences(language: CatalogueLanguage, sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(language === "en" ? " " : "")
}

/** Which catalogue a reader's choice means. Side by side, what is no diagram is English: the terms that configs use. */
export function catalogueLanguage(language: DisplayLanguage): CatalogueLanguage {
  switch (language) {
    case "en":
    case "both":
      return "en"
    case "zh":
      return "zh-cn"
    case "zh-tw":
      return "zh-tw"
  }
}

/** Which of a lesson's two texts a reader's choice means, where only one can be shown. */
export function lessonLanguage(language: DisplayLanguage): LessonLanguage {
  return catalogueLanguage(language) === "en" ? "en" : "zh"
}
