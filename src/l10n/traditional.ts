import { Converter } from "opencc-js/cn2t"
import { glossary } from "./data/glossary"

/**
 * 繁體 as it is written in Taiwan, derived from the lessons' 简体: Kafka's words by the glossary, all else by OpenCC. A
 * megabyte of dictionary comes with this module: import it late.
 */
export function toTraditional(text: string): string {
  converters ??= { plain: Converter({ from: "cn", to: "twp" }), terms: ownTerms() }
  const { plain, terms } = converters
  let converted = ""
  let end = 0
  for (const { 0: term, index } of text.matchAll(terms.pattern)) {
    converted += plain(text.slice(end, index)) + (terms.byZhCn.get(term) ?? term)
    end = index + term.length
  }
  return converted + plain(text.slice(end))
}

let converters: { readonly plain: (text: string) => string; readonly terms: OwnTerms } | undefined

interface OwnTerms {
  readonly pattern: RegExp
  readonly byZhCn: ReadonlyMap<string, string>
}

function ownTerms(): OwnTerms {
  const byZhCn = new Map([...neighbours, ...glossary.flatMap(([, zhCn, zhTw]) => pairsOf(zhCn, zhTw))])
  // The longest term first: 分区器 is not a 分区 with something behind it.
  const sources = [...byZhCn.keys()].sort((left, right) => right.length - left.length)
  return { pattern: new RegExp(sources.map(escaped).join("|"), "g"), byZhCn }
}

/** Everyday words and signs that OpenCC leaves, takes for others, or does not see whole beside one of the glossary's. */
const neighbours: readonly (readonly [string, string])[] = [
  ["数据库", "資料庫"],
  ["数据", "資料"],
  // OpenCC's word is the one for software that comes out; an event is published.
  ["发布", "發布"],
  // 隻 counts animals; after 多 OpenCC takes every 只 for it.
  ["只", "只"],
  // 向日 and 并为 are words of their own, and 被复 is none.
  ["日志", "日誌"],
  ["复制", "複製"],
  ["并为", "並為"],
  // Quotation marks are corner brackets in Taiwan.
  ["“", "「"],
  ["”", "」"],
]

/** The words of a glossary's row, as they stand there, without their brackets, and what both have in brackets. */
function pairsOf(zhCn: string, zhTw: string): (readonly [string, string])[] {
  const traditional = zhTw.split("/")
  return zhCn.split("/").flatMap((source, at) => {
    const target = traditional[at] ?? ""
    const pairs: [string, string][] = [
      [source, target],
      [withoutGloss(source), withoutGloss(target)],
    ]
    const [from, to] = [glossOf(source), glossOf(target)]
    if (from !== undefined && to !== undefined) pairs.push([from, to])
    // 代 and 键 are parts of many words: alone they are OpenCC's.
    return pairs.filter(([word]) => word.length > 1)
  })
}

const gloss = /（([^）]*)）/

function withoutGloss(text: string): string {
  return text.replace(gloss, "")
}

function glossOf(text: string): string | undefined {
  return gloss.exec(text)?.[1]
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
