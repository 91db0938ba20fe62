import { runMain, setUp } from "./setUp.mjs"

await setUp()
// What is installed just now can only be imported after that.
const { build } = await import("./bundles.mjs")
await runMain(() => build({ watch: process.argv.includes("--watch") }))
