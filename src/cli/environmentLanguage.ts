import type { CatalogueLanguage } from "../l10n/catalogue"

/** The language that a terminal speaks, in the order of https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html */
export function environmentLanguage(environment: Readonly<Record<string, string | undefined>>): CatalogueLanguage {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ""
  if (/^zh[_-](tw|hk|mo|hant)/i.test(locale)) return "zh-tw"
  return /^zh/i.test(locale) ? "zh-cn" : "en"
}
