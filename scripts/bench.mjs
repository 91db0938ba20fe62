import { existsSync } from "node:fs"
import { join } from "node:path"
import { cache, root, run, runMain, setUp } from "./setUp.mjs"

await setUp()
await runMain(bench)

/** `npm run bench -- cluster|notebook|diagrams|explorer|all`: a table with ratios, and bench/results/<name>.json. */
async function bench() {
  const esbuild = await import("esbuild")
  const { build } = await import("./bundles.mjs")
  const names = ["cluster", "notebook", "diagrams", "explorer"].filter((name) =>
    existsSync(join(root, "bench", `${name}.ts`)),
  )
  const asked = process.argv[2] ?? "all"
  const chosen = asked === "all" ? names : [asked]
  for (const name of chosen) {
    if (!names.includes(name)) throw new Error(`There is no benchmark ${name}: choose ${[...names, "all"].join(", ")}.`)
  }
  await build()
  for (const name of chosen) {
    const outfile = join(cache, "bench", `${name}.cjs`)
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: [`bench/${name}.ts`],
      outfile,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
      // The scripts find the checkout by their own place, so that they stay where they are.
      external: ["*.mjs"],
      define: { "process.env.LOGBOOK_ROOT": JSON.stringify(root) },
      logLevel: "warning",
    })
    run(process.execPath, [outfile, ...process.argv.slice(3)], { cwd: root, stdio: "inherit" })
  }
}
