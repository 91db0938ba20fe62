import { defineLessonSuite } from "./lesson"
import { Page } from "./page"
import { defineReloadSuite } from "./reload"
import { runMocha } from "./runMocha"

/** Called by VS Code's test runner, or by the companion extension in a VS Code for the browser. */
export async function run(): Promise<void> {
  await runMocha((page, phase) => (phase === 1 ? defineLessonSuite(page) : defineReloadSuite(page)), Page.find())
}
