import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"

/** Words of another school of translation, and the one that all lessons use (lessons/README.md, "Words"). */
const otherTerms: readonly { readonly term: RegExp; readonly use: string }[] = [
  { term: /再均衡(?!）)/, use: "重平衡" },
  { term: /首领副本|首领选举/, use: "领导者" },
  { term: /消费组/, use: "消费者组" },
  { term: /位点/, use: "位移" },
  { term: /偏移量(?!）)/, use: "位移" },
  { term: /日志压缩(?!）)/, use: "日志压实" },
  { term: /高水印|高水准/, use: "高水位" },
]

/** One term for one thing. A gloss in brackets, "位移（偏移量）", may name the other once. */
export function lintTerms(lesson: Lesson): Problem[] {
  return lesson.cells.flatMap((cell) =>
    cell.raw.split(/\r\n|\r|\n/).flatMap((text, index) =>
      otherTerms.flatMap(({ term, use }): Problem[] => {
        const found = term.exec(text)?.[0]
        return found === undefined ? [] : [problemAt(cell.line + index, "lint.term", { found, use })]
      }),
    ),
  )
}
