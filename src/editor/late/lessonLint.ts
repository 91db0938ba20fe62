// A bundle of its own, loaded when a lesson of somebody's own is edited: parsers for code are not needed to read one.
export { liveKinds } from "../../diagram/draw"
export { catalogueLanguage, translateMessage } from "../../l10n/catalogue"
export { lintLesson } from "../../lesson/lint/lintLesson"
export { namesOf } from "../../lesson/lint/lintNames"
export { lintCode } from "../../lint/lintCode"
