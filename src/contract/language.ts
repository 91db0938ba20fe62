/** The languages that lessons are written in. 繁體 is derived from zh, never written. */
export type LessonLanguage = "en" | "zh"

/** What the reader sees: one language, or both side by side. */
export type DisplayLanguage = LessonLanguage | "zh-tw" | "both"

/** A text that exists in both languages of a lesson. */
export interface LocalizedText {
  readonly en: string
  readonly zh: string
}
