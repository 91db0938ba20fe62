import MarkdownIt from "markdown-it"
import type { LessonLanguage } from "../../contract/language"
import type { Lesson } from "../lesson"
import { type ExportedCell, exportCells } from "./exportedCells"

const markdown = new MarkdownIt("default", { html: true })
const escapeHtml = markdown.utils.escapeHtml

/** One page without scripts or anything to load, readable in light and dark and when printed. */
export function exportHtml(lesson: Lesson, language: LessonLanguage): string {
  const title = escapeHtml(lesson.frontMatter.title?.[language] ?? lesson.frontMatter.id ?? "")
  const body = exportCells(lesson, language).map(renderCell).join("\n")
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-Hans" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src https: data:">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

function renderCell(cell: ExportedCell): string {
  if (cell.kind === "markdown") return markdown.render(cell.text)
  return `<pre class="${cell.block}" tabindex="0"><code>${escapeHtml(cell.text)}</code></pre>`
}

const style = `
:root { color-scheme: light dark; --line: #8886; --code: #8881; --accent: #0a7ea4; }
body { font: 16px/1.65 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem 1rem; }
main { max-width: 46rem; margin: auto; }
pre { background: var(--code); border-left: 3px solid var(--line); padding: .75rem 1rem; overflow-x: auto; }
pre.check { border-color: #2b8a3e; } pre.exercise { border-color: var(--accent); }
code { font-family: ui-monospace, monospace; font-size: .9em; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
blockquote { border-left: 3px solid var(--accent); margin-left: 0; padding-left: 1rem; }
:lang(zh) em { font-style: normal; text-emphasis: dot; text-emphasis-position: under right; }
details { border: 1px solid var(--line); border-radius: 4px; padding: .4rem .8rem; margin: .5rem 0; }
`
