export { type CommentLine, commentLines } from "./commentPairs"
export { exportHtml } from "./export/exportHtml"
export { exportNotebook } from "./export/exportNotebook"
export { blockKindOf, parseInfo } from "./infoString"
export { displaysLanguage, filterLanguage, type LanguageBlock, languageBlocks } from "./languageBlocks"
export type {
  Block,
  BlockKind,
  Cell,
  CellLanguage,
  CodeBlockKind,
  CodeCell,
  Fence,
  FrontMatter,
  Info,
  Lesson,
  LessonCluster,
  ProseBlockKind,
  ProseCell,
} from "./lesson"
export { lintLesson } from "./lint/lintLesson"
export { namesOf } from "./lint/lintNames"
export type { LintedCode, LintSurroundings } from "./lint/lintSurroundings"
export { parseLesson } from "./parseLesson"
export { type CurriculumPart, parseCurriculum, printCoverage } from "./printCoverage"
export {
  type CellSource,
  cellSource,
  type EditedCell,
  isCellInfo,
  type LessonFrame,
  printCells,
  printLesson,
  replaceCells,
} from "./printLesson"
export type { Problem } from "./problem"
export { parseHints, parseQuestion, type Question, type QuestionOption } from "./question"
export { parseRecordingNames, recordingsOf } from "./recordingNames"
export { type RunStep, runPlan } from "./runPlan"
export { type Section, sections } from "./sections"
