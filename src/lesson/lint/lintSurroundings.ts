import type { Problem } from "../problem"

/** What a lesson alone does not tell: the files and lessons around it, and a parser for its code. */
export interface LintSurroundings {
  /** Whether a path relative to the lesson exists; links are not checked without it. */
  readonly exists?: (path: string) => boolean
  /** Ids of the lessons that `requires` may name; not checked without it. */
  readonly lessonIds?: readonly string[]
  /** Topics and groups of the lessons that may share a cluster with this one, and whose they are. */
  readonly namesElsewhere?: ReadonlyMap<string, string>
  /** The diagrams that a `live` block may ask for; not checked without it. */
  readonly liveKinds?: readonly string[]
  /** Finds what is wrong with code; `line` of a problem is 1-based in the code. A parser is too heavy for the editor. */
  readonly lintCode?: (code: LintedCode) => readonly Problem[]
}

export interface LintedCode {
  readonly language: string
  readonly source: string
  /** Samples are shown, not run: they may use names that a lesson's own code must not. */
  readonly isSample: boolean
}
