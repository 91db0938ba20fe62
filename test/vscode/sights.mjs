const themes = { light: "Default Light Modern", dark: "Default Dark Modern", contrast: "Default High Contrast" }

/**
 * What a suite needs to run as it is looked at in one theme and one language.
 * @param {string} suite
 * @param {"light" | "dark" | "contrast"} theme
 * @param {"en" | "zh" | "zh-tw"} language
 */
export function sight(suite, theme, language) {
  return {
    suite,
    host: "newest",
    label: `${suite}-${theme}-${language}`,
    scenario: { language, settings: { "workbench.colorTheme": themes[theme], "logbook.language": language } },
  }
}
