import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { exportHtml, exportNotebook, parseLesson } from "../../src/lesson"

const lesson = parseLesson(readFileSync(join(import.meta.dirname, "../fixtures/lessons/clean.kafka.md"), "utf8"))

describe("export", () => {
  test("writes a Jupyter notebook in one language", () => {
    const notebook = JSON.parse(exportNotebook(lesson, "zh"))
    expect(notebook.nbformat).toBe(4)
    expect(
      notebook.cells.map((cell: { cell_type: string; source: string[] }) => [cell.cell_type, cell.source.join("")]),
    ).toEqual([
      ["markdown", "# 甲\n\n*甲*"],
      [
        "markdown",
        "## 一\n\n- 甲\n- 乙 [链接](clean.kafka.md) 和 [文档](https://kafka.apache.org/documentation/)\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |",
      ],
      [
        "code",
        '// 一\n// 更多\nimport { sequence, topic } from "kit"\nconst orders: string = topic("orders")\nawait sequence.record("sent", () => producer.send({ topic: orders, messages: [] }))',
      ],
      [
        "markdown",
        "> 在笔记本里，这里是录下的请求时序: record=sent\n\n> 在笔记本里，这里是一张实时的图: partition-log, topic=orders, partition=0",
      ],
      ["code", "const b = 1"],
      [
        "markdown",
        "<details><summary>提示 1</summary>\n\n一\n\n</details>\n\n<details><summary>提示 2</summary>\n\n二\n\n</details>\n\n<details><summary>提示 3</summary>\n\n三\n\n</details>\n\n<details><summary>参考答案</summary>\n\n````ts\nconst b = 2\n````\n\n</details>",
      ],
      ["code", 'expect(b, { en: "two", zh: "二" }).equals(2)'],
      ["markdown", '```ts\nproducer.send({ topic: "samples-may-be-literal" })\n```'],
    ])
  })

  test("writes a page without scripts, in one language", () => {
    const page = exportHtml(lesson, "en")
    expect(page).toContain("<h2>One</h2>")
    expect(page).toContain("<details><summary>Hint 1</summary>")
    expect(page).not.toMatch(/<script|甲|lang="zh"/)
  })
})
