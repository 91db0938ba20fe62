// A bundle of its own, loaded with the first lesson: parsers for YAML and markdown are not needed at activation.

export { parseLesson } from "../../lesson/parseLesson"
export { cellSource, printCells } from "../../lesson/printLesson"
export { parseHints, parseQuestion } from "../../lesson/question"
