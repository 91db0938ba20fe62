import { runMain, setUp } from "./setUp.mjs"

await setUp()
const { runDesktop } = await import("../test/vscode/runDesktop.mjs")
await runMain(runDesktop)
