import DOMPurify from "dompurify"
import mermaid from "mermaid"
import { describe, expect, it } from "vitest"
import { mergeDiagrams } from "../../src/diagram/mergeDiagrams"
import type { CatalogueLanguage } from "../../src/l10n/catalogue"
import { pictures } from "./pictures"

// Mermaid cleans labels with DOMPurify, which does nothing outside of a browser: what is tested here is the grammar.
Object.assign(DOMPurify, { addHook: () => {}, sanitize: (text: string) => text })

const languages: readonly CatalogueLanguage[] = ["en", "zh-cn"]

describe("every picture", () => {
  for (const [name, draw] of Object.entries(pictures)) {
    for (const language of languages) {
      it(`${name} says and draws in ${language} what its fixture has`, async () => {
        const { mermaid: text, twin } = draw(language)
        await expect(`${twin}\n\n${text}`).toMatchFileSnapshot(`../fixtures/diagram/${name}.${language}.txt`)
      })

      it(`${name} is read by mermaid itself in ${language}`, async () => {
        expect(await mermaid.parse(draw(language).mermaid)).toBeTruthy()
      })
    }

    it(`${name} is read by mermaid in both languages side by side, and says both`, async () => {
      const [en, zh, both] = [draw("en"), draw("zh-cn"), mergeDiagrams(draw("en"), draw("zh-cn"))]
      if (en.mermaid.startsWith("flowchart")) expect(await mermaid.parse(both.mermaid)).toBeTruthy()
      const words = Object.entries(both.labels).flatMap(([id, lines]) =>
        lines.map((line, index) => [line, en.labels[id]?.[index] ?? "", zh.labels[id]?.[index] ?? ""] as const),
      )
      expect(words.filter(([line, ...parts]) => !parts.every((part) => line.includes(part)))).toEqual([])
    })
  }
})
