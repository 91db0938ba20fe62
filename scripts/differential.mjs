import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root, runMain, setUp } from "./setUp.mjs"

await setUp()
await runMain(compareWithKafka)

/**
 * The same scenarios on the embedded cluster and on Apache Kafka: `npm run differential` compares with the recorded
 * answers, `npm run differential -- --record` takes them anew; `--only TEXT` chooses some by name,
 * `--missing` those without an answer.
 */
async function compareWithKafka() {
  const { kafkaVersion, startApacheKafka } = await import("./apacheKafka.mjs")
  const { build } = await import("./bundles.mjs")
  const esbuild = await import("esbuild")
  const folder = mkdtempSync(join(tmpdir(), "logbook-differential-"))
  const entry = join(folder, "differential.cjs")
  try {
    if (!process.argv.includes("--record")) await build()
    await esbuild.build({
      entryPoints: [join(root, "test/differential/main.ts")],
      outfile: entry,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22.20",
      logLevel: "error",
    })
    const { main } = createRequire(import.meta.url)(entry)
    process.exitCode = await main(process.argv.slice(2), { root, kafkaVersion, startApacheKafka })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
