import { runMain, setUp } from "./setUp.mjs"

await setUp()
const { runTests } = await import("../test/runTests.mjs")
await runMain(runTests)
