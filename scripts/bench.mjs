import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { cache, root, runMain, setUp } from "./setUp.mjs"

await setUp()
await runMain(bench)

/** `npm run bench -- cluster|topics|notebook|diagrams|explorer|all`: a table with ratios, and bench/results/<name>.json. */
async function bench() {
  const esbuild = await import("esbuild")
  const { build } = await import("./bundles.mjs")
  const { mendKafkajs } = await import("./mendKafkajs.mjs")
  const names = ["cluster", "topics", "notebook", "diagrams", "explorer"].filter((name) =>
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
      plugins: [mendKafkajs(), leaveScripts(join(root, "bench"))],
      define: { "process.env.LOGBOOK_ROOT": JSON.stringify(root) },
      logLevel: "warning",
    })
    await runBench(name, outfile)
  }
}

/** The scripts find the checkout by their own place, so that they stay where they are. */
function leaveScripts(folder) {
  return {
    name: "leave-scripts",
    setup(build) {
      build.onResolve({ filter: /^\.\.\/scripts\/\w+\.mjs$/ }, ({ path }) => ({
        path: join(folder, path),
        external: true,
      }))
    },
  }
}

/** Ends with the benchmark; whoever ends this process ends the benchmark, which stops all that it has started. */
async function runBench(name, outfile) {
  const child = spawn(process.execPath, [outfile, ...process.argv.slice(3)], { cwd: root, stdio: "inherit" })
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
  // Ctrl-C reaches the benchmark by itself, and a second signal does no harm.
  const pass = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  const code = await new Promise((resolve) => child.once("exit", resolve))
  for (const signal of signals) process.off(signal, pass)
  if (code !== 0) throw new Error(`The benchmark ${name} ended with ${code}.`)
}
