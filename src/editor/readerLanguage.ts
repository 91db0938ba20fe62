import * as vscode from "vscode"
import type { DisplayLanguage, LocalizedText } from "../contract/language"
import { lessonLanguage } from "../l10n/catalogue"

const SETTING = "logbook.language"

/** The language that the reader has chosen for lessons: a setting, else the language of VS Code's interface. */
export class ReaderLanguage implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<DisplayLanguage>()
  readonly onDidChange = this.#changed.event
  readonly #subscription: vscode.Disposable
  #current: DisplayLanguage
  #toTraditional: ((text: string) => string) | undefined

  constructor() {
    this.#current = configured()
    void this.#learnScript()
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTING)) this.#apply(configured())
    })
  }

  get current(): DisplayLanguage {
    return this.#current
  }

  /** A lesson's text where only one language fits. */
  textOf(text: LocalizedText): string {
    return this.inScript(text[lessonLanguage(this.#current)])
  }

  /** A Chinese text as the reader writes it. */
  inScript(text: string): string {
    return this.#current === "zh-tw" && this.#toTraditional ? this.#toTraditional(text) : text
  }

  /** Takes effect at once; the setting is written behind it. */
  async choose(language: DisplayLanguage): Promise<void> {
    this.#apply(language)
    await vscode.workspace.getConfiguration().update(SETTING, language, vscode.ConfigurationTarget.Global)
  }

  /** From English to Chinese and back; from side by side to English. */
  async toggle(): Promise<void> {
    await this.choose(this.#current === "en" ? writtenChinese() : "en")
  }

  /** Asks which of the languages. */
  async pick(): Promise<void> {
    const items = displayLanguages.map((language) => ({
      label: languageName(language),
      language,
      ...(language === this.#current && { description: vscode.l10n.t("shown now") }),
    }))
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Language of the lessons") })
    if (picked) await this.choose(picked.language)
  }

  dispose(): void {
    this.#subscription.dispose()
    this.#changed.dispose()
  }

  #apply(language: DisplayLanguage): void {
    if (language === this.#current) return
    this.#current = language
    this.#changed.fire(language)
    void this.#learnScript()
  }

  /** 繁體 is derived from 简体 with a large dictionary: loaded for those who read it, and then all is shown again. */
  async #learnScript(): Promise<void> {
    if (this.#current !== "zh-tw" || this.#toTraditional) return
    this.#toTraditional = (await import("./late/traditional")).toTraditional
    this.#changed.fire(this.#current)
  }
}

const displayLanguages: readonly DisplayLanguage[] = ["en", "zh", "zh-tw", "both"]

/** A language's name is written in itself. */
export function languageName(language: DisplayLanguage): string {
  switch (language) {
    case "en":
      return "English"
    case "zh":
      return "简体中文"
    case "zh-tw":
      return "繁體中文"
    case "both":
      return "English + 中文"
  }
}

function configured(): DisplayLanguage {
  const value = vscode.workspace.getConfiguration().get<string>(SETTING)
  const known = displayLanguages.find((language) => language === value)
  if (known) return known
  return /^zh/i.test(vscode.env.language) ? writtenChinese() : "en"
}

function writtenChinese(): DisplayLanguage {
  return /^zh-(tw|hk|mo|hant)/i.test(vscode.env.language) ? "zh-tw" : "zh"
}
