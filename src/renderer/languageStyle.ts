import type { DisplayLanguage } from "../contract/language"

/**
 * VS Code copies every `markdown-style` template into the shadow root of each markdown cell (markdown-language-features,
 * notebook/index.ts), also where it sanitises the content.
 */
export function addLanguageStyle(css: string): void {
  const template = document.createElement("template")
  template.className = "markdown-style"
  const style = document.createElement("style")
  style.textContent = css
  template.content.append(style)
  document.head.append(template)
}

/**
 * Until the host has said what to show: of a text that stands there in both languages, the one that this page speaks.
 * Answers how to take that back, for notebooks that are not ours.
 */
export function guessLanguage(): () => void {
  const { style } = document.documentElement
  style.setProperty(/^zh/i.test(navigator.language) ? "--logbook-guess-en" : "--logbook-guess-zh", "none")
  return () => {
    for (const name of ["--logbook-guess-en", "--logbook-guess-zh"]) style.removeProperty(name)
  }
}

/** What a text is marked with for screen readers and fonts; nothing where it is in two languages. */
export function htmlLanguage(language: DisplayLanguage): string | undefined {
  switch (language) {
    case "en":
      return "en"
    case "zh":
      return "zh"
    case "zh-tw":
      return "zh-Hant"
    case "both":
      return undefined
  }
}

/**
 * Shows one language and hides the other in all markdown cells: custom properties are inherited into shadow roots, so
 * that one change of the page is enough and no cell is rendered again.
 */
export function showLanguage(language: DisplayLanguage): void {
  const { style } = document.documentElement
  style.setProperty("--logbook-en", language === "en" || language === "both" ? "block" : "none")
  style.setProperty("--logbook-zh", language === "en" ? "none" : "block")
  // A sample's code would stand there twice.
  style.setProperty("--logbook-en-alone", language === "en" ? "block" : "none")
  style.setProperty("--logbook-zh-alone", language === "zh" || language === "zh-tw" ? "block" : "none")
  style.setProperty("--logbook-both", language === "both" ? "block" : "none")
}
