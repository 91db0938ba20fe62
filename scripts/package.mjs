import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { root, run, runMain, say, setUp } from "./setUp.mjs"

await setUp()
await runMain(packageExtension)

/** Builds, and packs one .vsix for every platform: no native code, nothing of node_modules. */
async function packageExtension() {
  const { build } = await import("./bundles.mjs")
  // Chunks of an earlier build have other names: they must not be packed.
  rmSync(join(root, "dist"), { recursive: true, force: true })
  await build()
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const file = `logbook-${version}.vsix`
  const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce")
  const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", file]
  run(process.execPath, [vsce, "package", ...options], { cwd: root })
  say(file)
}
