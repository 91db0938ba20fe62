// A bundle of its own, loaded with the first lesson: parsers for YAML and markdown are not needed at activation.

export { catalogueLanguage, inBothLanguages, translate, translateMessage } from "../../l10n/catalogue"
export { languageBlocks } from "../../lesson/languageBlocks"
export { parseLesson } from "../../lesson/parseLesson"
export { cellSource, printCells } from "../../lesson/printLesson"
export { parseHints, parseQuestion } from "../../lesson/question"
export { runPlan } from "../../lesson/runPlan"
export { sections } from "../../lesson/sections"
