import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { glossary } from "../../src/l10n/data/glossary"
import { toTraditional } from "../../src/l10n/traditional"

describe("繁體", () => {
  it("has the glossary's word for every word of every row", () => {
    const wrong = glossary.flatMap(([english, zhCn, zhTw]) => {
      const [sources, targets] = [zhCn.split("/"), zhTw.split("/")]
      expect([english, sources.length]).toEqual([english, targets.length])
      return sources.flatMap((source, at) => {
        const inSentence = toTraditional(`看，${source}。`)
        // Another name in the third column's brackets only is for the reader of the glossary.
        const target = source.includes("（") ? targets[at] : targets[at]?.replace(/（.*）/, "")
        return inSentence === `看，${target}。` ? [] : [`${english}: ${inSentence}, not ${target}`]
      })
    })
    expect([glossary.length, wrong]).toEqual([86, []])
  })

  it("has Taiwan's words in what the glossary does not name, and leaves markup and Latin letters alone", () => {
    expect([
      toTraditional("软件把数据发送到网络上的服务器。"),
      toTraditional("分区器为每条记录选择分区，再均衡由组协调者发起。"),
      toTraditional("`createProducer()` 的 acks=all，见 **KIP-966**"),
      toTraditional("同一代的成员；用键 ann"),
      toTraditional("发布到“分区”，最多只能一小时"),
      toTraditional("于是向日志提交，被复制，并为每个分区"),
    ]).toEqual([
      "軟體把資料傳送到網路上的伺服器。",
      "分區器為每條紀錄選擇分割區，再均衡由群組協調器發起。",
      "`createProducer()` 的 acks=all，見 **KIP-966**",
      "同一代的成員；用鍵 ann",
      "發布到「分割區」，最多只能一小時",
      "於是向日誌提交，被複製，並為每個分割區",
    ])
  })

  it("of every lesson has no term of the mainland left", () => {
    const folder = join(import.meta.dirname, "..", "..", "lessons")
    const texts = readdirSync(folder).map((name) => toTraditional(readFileSync(join(folder, name), "utf8")))
    const mainland = /.{0,4}(?:[个们为这来时会过发国对应开关]|主题|分区[^器]|集群|服务器|數據|消息|日志|複制|隻).{0,4}/g
    expect(texts.flatMap((text) => text.match(mainland) ?? [])).toEqual([])
  })
})
