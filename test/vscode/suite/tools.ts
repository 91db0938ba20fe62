import { defineClusterSuite } from "./clusters"
import { defineDebuggingSuite } from "./debugging"
import { defineExerciseSuite } from "./exercises"
import { defineFileSystemSuite } from "./fileSystem"
import { defineKindSuite } from "./kinds"
import { defineLintSuite } from "./lint"
import { defineOutputSuite } from "./outputs"
import { Page } from "./page"
import { defineReviewSuite } from "./review"
import { runMocha } from "./runMocha"
import { defineSampleSuite } from "./samples"
import { defineTraditionalSuite } from "./traditional"

/** What stands around a lesson's cells: the language and the script, the choice of the cluster they run on. */
export async function run(): Promise<void> {
  const page = Page.find()
  if (!page) throw new Error("These tests look at the page: they run in a VS Code for the browser.")
  await runMocha(() => {
    defineTraditionalSuite(page)
    defineReviewSuite(page)
    defineClusterSuite(page)
    defineFileSystemSuite()
    defineLintSuite(page)
    defineExerciseSuite(page)
    defineOutputSuite(page)
    defineDebuggingSuite(page)
    defineKindSuite(page)
    defineSampleSuite(page)
  }, page)
}
