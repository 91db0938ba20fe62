import { describe, expect, it } from "vitest"
import { keepHtmlOut, type MarkdownIt, markOwnFences } from "../../src/renderer/fences"

const escapeHtml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")

/** What markdown-it would put on the page for a fence; "original" is VS Code's own rendering. */
function render(info: string, content = ""): string {
  const rules: MarkdownIt["renderer"]["rules"] = { fence: () => "original" }
  markOwnFences({ renderer: { rules }, utils: { escapeHtml } })
  return rules.fence?.([{ info, content }], 0, {}, {}, {}) ?? ""
}

describe("HTML in markdown", () => {
  it("is text in what a cell shows, and VS Code's business everywhere else", () => {
    const rules: MarkdownIt["renderer"]["rules"] = { html_inline: () => "original", html_block: () => "original" }
    keepHtmlOut({ renderer: { rules }, utils: { escapeHtml } })
    const render = (name: string, metadata?: object) =>
      rules[name]?.([{ info: "", content: "<img onerror=x>" }], 0, {}, { outputItem: { metadata } }, {})
    expect([render("html_inline", { logbook: true }), render("html_block", { logbook: true })]).toEqual(
      Array(2).fill("&lt;img onerror=x>"),
    )
    expect([render("html_inline"), render("html_block", {})]).toEqual(Array(2).fill("original"))
  })
})

describe("a fence in prose", () => {
  it("stays VS Code's own where it is none of ours", () => {
    expect(["ts", "go", "", "live", "mermaid", "yaml"].map((info) => render(info))).toEqual(Array(6).fill("original"))
  })

  it("becomes an element that holds what it stands for", () => {
    expect(render("live topology")).toBe(
      '<logbook-live data-logbook-live data-info="live topology" data-body=""><p data-logbook-twin>live topology</p></logbook-live>\n',
    )
  })

  it("gives no answer away before it is asked for", () => {
    const hints = render("yaml hints for=a", '- { en: "Look <here>", zh: "看这里" }\n')
    expect([render("ts solution for=a", "const answer = 42"), hints.replace(/data-body="[^"]*"/, "")]).toEqual([
      "",
      '<logbook-hints data-info="yaml hints for=a" ></logbook-hints>\n',
    ])
  })

  it("is still a question where only plain HTML is left", () => {
    const body = `en: Who <wins>?
zh: 谁赢？
options:
  - { en: "A", zh: "甲", feedback: { en: "no", zh: "不" } }
  - { en: "B", zh: "乙", answer: true }
`
    const inside = /data-body="[^"]*">(.*)<\/logbook-question>/.exec(render("quiz id=q", body))?.[1]
    expect(inside).toBe(
      '<div lang="en"><p>Who &lt;wins>?</p><ul><li>A</li><li>B</li></ul></div>' +
        '<div lang="zh"><p>谁赢？</p><ul><li>甲</li><li>乙</li></ul></div>',
    )
  })

  it("shows a sample's comments in the reader's language", () => {
    const rules: MarkdownIt["renderer"]["rules"] = { fence: ([token]) => `<pre>${token?.content}</pre>` }
    markOwnFences({ renderer: { rules }, utils: { escapeHtml } })
    const content = "// en: hello\n// zh: 你好\nsend()\n"
    expect(rules.fence?.([{ info: "go", content }], 0, {}, {}, {})).toBe(
      '<div class="logbook-sample"><div lang="en"><pre>// hello\nsend()\n</pre></div>' +
        '<div lang="zh"><pre>// 你好\nsend()\n</pre></div>' +
        "<div><pre>// en: hello\n// zh: 你好\nsend()\n</pre></div></div>\n",
    )
  })
})
