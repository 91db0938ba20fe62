import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { liveKinds } from "../../src/diagram/draw"
import { lintLesson, parseLesson, runPlan } from "../../src/lesson"
import { lintCode } from "../../src/lint/lintCode"

interface Snippet {
  readonly prefix: string
  readonly body: readonly string[]
}

const root = join(import.meta.dirname, "..", "..")
const snippets: Record<string, Snippet> = JSON.parse(readFileSync(join(root, "snippets", "lesson.json"), "utf8"))

/** A snippet as it stands there when its author only presses Tab. */
function expanded({ body }: Snippet): string {
  return body
    .join("\n")
    .replaceAll(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, "$1")
    .replaceAll(/\$\{\d+:([^}]*)\}/g, "$1")
    .replaceAll(/(?<!\\)\$\d/g, "")
    .replaceAll("\\$", "$")
}

const ofKind = (prefix: string) => {
  const found = Object.values(snippets).find((snippet) => snippet.prefix === prefix)
  if (!found) throw new Error(`There is no snippet ${prefix}.`)
  return expanded(found)
}

describe("the snippets", () => {
  it("together are a lesson that lint has nothing against, with every kind of block in it", () => {
    const recordings = ["one-send", "before", "after"].map((id) => `await sequence.record("${id}", async () => {})`)
    const blocks = Object.values(snippets).filter(
      ({ prefix }) => !["logbook-lesson", "logbook-comment"].includes(prefix),
    )
    const text = [
      ofKind("logbook-lesson"),
      ["```ts run", 'import { sequence } from "kit"', ofKind("logbook-comment").trim(), ...recordings, "```\n"].join(
        "\n",
      ),
      ...blocks.map(expanded),
    ].join("\n")
    const lesson = parseLesson(text)
    expect([lesson.problems, lintLesson(lesson, { liveKinds, lintCode })]).toEqual([[], []])
    const kinds = new Set(runPlan(lesson).map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(["check", "code", "exercise", "live", "predict", "quiz", "sequence"])
    const inProse = lesson.cells.flatMap((cell) => (cell.kind === "prose" ? cell.blocks.map(({ kind }) => kind) : []))
    expect(["hints", "solution", "mermaid"].filter((kind) => !inProse.includes(kind as never))).toEqual([])
    expect(lesson.cells.some((cell) => cell.kind === "code" && cell.block === "shell")).toBe(true)
  })

  it("offer every diagram that there is", () => {
    const live = Object.values(snippets).find(({ prefix }) => prefix === "logbook-live")
    expect(/\$\{1\|([^|]*)\|\}/.exec(live?.body[0] ?? "")?.[1]?.split(",")).toEqual(liveKinds)
  })
})
