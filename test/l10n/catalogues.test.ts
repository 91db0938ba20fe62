import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { catalogueLanguage, joinSentences, lessonLanguage, translate, translateList } from "../../src/l10n/catalogue"
import { en } from "../../src/l10n/en"
import { zhCn } from "../../src/l10n/zhCn"
import { zhTw } from "../../src/l10n/zhTw"

const root = join(import.meta.dirname, "..", "..")
const read = (path: string) => readFileSync(join(root, path), "utf8")
const readJson = (path: string): Record<string, string> => JSON.parse(read(path))
const sources = (folder: string): { path: string; text: string }[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, "utf8") }))

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort()
const differing = (left: Record<string, string>, right: Record<string, string>) =>
  Object.keys(left).filter((key) => placeholders(left[key] ?? "").join() !== placeholders(right[key] ?? "").join())

describe("the catalogue of processes without vscode", () => {
  it("has every text in every language, with the same placeholders", () => {
    for (const other of [zhCn, zhTw]) {
      expect(Object.keys(other)).toEqual(Object.keys(en))
      expect(differing(en, other)).toEqual([])
      expect(Object.entries(other).filter(([, text]) => text.trim() === "")).toEqual([])
    }
  })

  it("has no text that nothing shows", () => {
    const outside = sources("src")
      .filter(({ path }) => !path.startsWith("src/l10n"))
      .map(({ text }) => text)
      .join("\n")
    const isShown = (key: string) => outside.includes(`"${key}"`) || outside.includes(`\`${prefixOf(key)}\${`)
    expect(Object.keys(en).filter((key) => !isShown(key))).toEqual([])
  })

  it("puts values in and leaves what has none", () => {
    expect([
      translate("en", "diagram.noTopic", { topic: "events" }),
      translate("zh-cn", "diagram.noTopic", { topic: "events" }),
      translate("zh-tw", "diagram.noTopic"),
      translateList("en", [1, 2, 3]),
      translateList("zh-cn", [1, 2, 3]),
      joinSentences("en", ["One.", "", "Two."]),
      joinSentences("zh-tw", ["一。", "", "二。"]),
    ]).toEqual([
      "Topic events does not exist yet.",
      "主题 events 还不存在。",
      "主題 {topic} 還不存在。",
      "1, 2, and 3",
      "1、2、3",
      "One. Two.",
      "一。二。",
    ])
  })

  it("knows what each choice of the reader means", () => {
    expect(
      (["en", "zh", "zh-tw", "both"] as const).map((choice) => [catalogueLanguage(choice), lessonLanguage(choice)]),
    ).toEqual([
      ["en", "en"],
      ["zh-cn", "zh"],
      ["zh-tw", "zh"],
      ["en", "en"],
    ])
  })
})

const prefixOf = (key: string) => key.slice(0, key.lastIndexOf(".") + 1)

describe("Chinese texts", () => {
  it("have full-width punctuation beside Chinese characters", () => {
    const catalogues = Object.entries({ ...prefixed("简", zhCn), ...prefixed("繁", zhTw) })
    const ofEditor = ["zh-cn", "zh-tw"].flatMap((language) =>
      [`l10n/bundle.l10n.${language}.json`, `package.nls.${language}.json`].flatMap((path) =>
        Object.entries(prefixed(`${path}: `, readJson(path))),
      ),
    )
    const drawn = readdirSync(join(root, "test/fixtures/diagram"))
      .filter((name) => name.includes(".zh-cn."))
      .map((name) => [name, read(`test/fixtures/diagram/${name}`)] as const)
    const wrong = [...catalogues, ...ofEditor, ...drawn].flatMap(([name, text]) =>
      [...text.matchAll(HALF_WIDTH)].map(([found]) => `${name}: ${found}`),
    )
    expect([drawn.length > 10, wrong]).toEqual([true, []])
  })
})

/** A half-width mark right behind a Chinese character, brackets also behind a space. */
const HALF_WIDTH = /.{0,10}\p{Script=Han}(?:[:;,!?)]| ?\()/gu

function prefixed(prefix: string, texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [`${prefix} ${key}`, text]))
}

describe("the texts of the extension", () => {
  const translated = ["zh-cn", "zh-tw"]
  const editor = [...sources("src/editor"), { path: "src/extension.ts", text: read("src/extension.ts") }]

  it("are in every bundle, with the same placeholders, and no other", () => {
    const shown = [...new Set(editor.flatMap(({ text }) => l10nTexts(text)))].sort()
    for (const language of translated) {
      const bundle = readJson(`l10n/bundle.l10n.${language}.json`)
      expect(Object.keys(bundle).sort()).toEqual(shown)
      expect(differing(Object.fromEntries(shown.map((text) => [text, text])), bundle)).toEqual([])
    }
  })

  it("are never handed to the reader without the catalogue", () => {
    const raw = editor.flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /(?:Message\(|title:|tooltip =|description =|\.name =|label:|placeHolder:)\s*["`]([A-Za-z][^"`]*)["`]/g,
        ),
      ].map(([found]) => `${path}: ${found}`),
    )
    expect(raw).toEqual([])
  })

  it("of package.json are in every language", () => {
    const wanted = [...read("package.json").matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? "")
    const english = readJson("package.nls.json")
    expect([...new Set(wanted)].sort()).toEqual(Object.keys(english).sort())
    for (const language of translated) {
      expect(Object.keys(readJson(`package.nls.${language}.json`))).toEqual(Object.keys(english))
    }
  })

  it("of package.json are never written into it", () => {
    const { contributes } = JSON.parse(read("package.json"))
    const texts = findTexts(contributes).filter((text) => !/^%[^%]+%$/.test(text) && text !== "Logbook")
    expect(texts).toEqual([])
  })
})

/** The first argument of every `l10n.t(…)`, as JavaScript reads it. */
function l10nTexts(source: string): string[] {
  return [...source.matchAll(/l10n\.t\(\s*("(?:[^"\\]|\\.)*")/g)].map(
    ([, literal]) => JSON.parse(literal ?? '""') as string,
  )
}

/** What stands under the names that VS Code shows to people. */
function findTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(findTexts)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const isShown = /^(title|displayName|description|markdownDescription|name|label|contents|contextualTitle)$/.test(
      name,
    )
    if (isShown && typeof inner === "string") return [inner]
    return findTexts(inner)
  })
}
