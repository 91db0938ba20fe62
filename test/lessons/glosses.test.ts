import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { lessonFiles, lessonsFolder } from "./runLesson"

/**
 * The words of lessons/README.md and a part of their English that the gloss must hold. Key and value are left out:
 * 键 and 值 are one character, and part of other words.
 */
const words: Readonly<Record<string, string>> = {
  记录: "record",
  消息头: "header",
  时间戳: "timestamp",
  主题: "topic",
  分区: "partition",
  副本: "replica",
  领导者: "leader",
  追随者: "follower",
  位移: "offset",
  重平衡: "rebalance",
  高水位: "high watermark",
  日志末端位移: "log end offset",
  最后稳定位移: "last stable offset",
  压实: "compaction",
  消费者组: "consumer group",
  组协调者: "coordinator",
  生产者: "producer",
  消费者: "consumer",
  提交: "commit",
  滞后: "lag",
  幂等: "idempoten",
  事务: "transaction",
  中止: "abort",
  墓碑消息: "tombstone",
  死信队列: "dead letter",
}

test.each(lessonFiles)("%s gives the English of each term where its Chinese text has it first", (file) => {
  const text = chineseText(readFileSync(join(lessonsFolder, file), "utf8"))
  const without = Object.entries(words).flatMap(([word, english]) => {
    const first = text.indexOf(word)
    if (first < 0) return []
    // Up to four characters may follow, as in 日志压实主题（…）; the brackets may hold a synonym before the English.
    const gloss = new RegExp(`^.{${word.length}}[\\p{Script=Han}]{0,4}\\**[（〔(][^）〕)]*${english}`, "iu")
    return gloss.test(text.slice(first)) ? [] : [`${word}: …${text.slice(Math.max(0, first - 10), first + 20)}…`]
  })
  expect(without).toEqual([])
})

/** The prose for Chinese readers. Headings and the names of other lessons carry no glosses. */
function chineseText(lesson: string): string {
  return [...lesson.matchAll(/<div lang="zh">\n(.*?)\n<\/div>/gs)]
    .map(([, text]) => text)
    .join("\n")
    .replaceAll(/^#.*$/gm, "")
    .replaceAll(/\[[^\]]*\]\([^)]*\.kafka\.md\)/g, "")
}
