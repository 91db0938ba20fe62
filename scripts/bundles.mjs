import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { basename, join } from "node:path"
import * as esbuild from "esbuild"
import { mendKafkajs } from "./mendKafkajs.mjs"
import { root, say } from "./setUp.mjs"
import { stubMermaid } from "./stubMermaid.mjs"

/** Node 22.20 is what the oldest VS Code of the engines field runs extensions on. */
const forNode = { platform: "node", format: "cjs", target: "node22.20" }

const forEditor = { ...forNode, external: ["vscode"], plugins: [loadLate(), takeVscodeOnce()] }

const forPage = { platform: "browser", format: "esm", target: "chrome138" }

const bundles = [
  { entry: "src/extension.ts", out: "dist/extension.js", options: forEditor },
  { entry: "src/editor/late/lessonFormat.ts", out: "dist/lessonFormat.js", options: forEditor },
  { entry: "src/editor/late/traditional.ts", out: "dist/traditional.js", options: forEditor },
  { entry: "src/editor/late/lessonLint.ts", out: "dist/lessonLint.js", options: forEditor },
  { entry: "src/editor/late/debugging.ts", out: "dist/debugging.js", options: forEditor },
  { entry: "src/editor/late/processes.ts", out: "dist/processes.js", options: forEditor },
  { entry: "src/cluster/main.ts", out: "dist/cluster.js", options: forNode },
  { entry: "src/kernel/main.ts", out: "dist/kernel.js", options: { ...forNode, plugins: [mendKafkajs()] } },
  // Loaded only where the runtime cannot strip types itself.
  { entry: "node_modules/amaro/dist/index.js", out: "dist/amaro.js", options: forNode },
  {
    entry: "src/cli/main.ts",
    out: "dist/cli.js",
    options: { ...forNode, banner: { js: "#!/usr/bin/env node" }, plugins: [mendKafkajs()] },
  },
  // One file without imports of its own: VS Code shows no markdown before it is there, and fetches file after file.
  { entry: "src/renderer/main.ts", out: "dist/renderer/main.js", options: { ...forPage, plugins: [leaveLate()] } },
  {
    entries: {
      outputs: "src/renderer/outputs.ts",
      liveBlock: "src/renderer/liveBlock.ts",
      sequenceBlock: "src/renderer/sequenceBlock.ts",
      hintsBlock: "src/renderer/hintsBlock.ts",
      questionBlock: "src/renderer/questionBlock.ts",
      traditional: "src/l10n/traditional.ts",
    },
    folder: "dist/renderer",
    options: { ...forPage, splitting: true, plugins: [stubMermaid()] },
  },
]

/** Bundles every process into dist/: one file each, and a folder for the renderer, whose mermaid loads late. */
export async function build({ watch = false, minify = !watch } = {}) {
  const started = performance.now()
  const contexts = await Promise.all(bundles.map((bundle) => esbuild.context(optionsOf(bundle, minify))))
  await Promise.all(contexts.map((context) => context.rebuild()))
  if (watch) {
    await Promise.all(contexts.map((context) => context.watch()))
    say("Watching. Reload the VS Code window to see a change.")
    return
  }
  await Promise.all(contexts.map((context) => context.dispose()))
  say(`Built dist/ in ${Math.round(performance.now() - started)} ms.`)
}

/** What the editor imports late (`import()` of src/editor/late) stays a file of its own: activation loads one small file. */
function loadLate() {
  return {
    name: "load-late",
    setup(build) {
      build.onResolve({ filter: /\/late\/\w+$/ }, ({ path, kind }) =>
        kind === "dynamic-import" ? { path: `./${basename(path)}.js`, external: true } : undefined,
      )
    },
  }
}

/** What the markdown renderer imports late are entries of the bundle beside it. */
function leaveLate() {
  return {
    name: "leave-late",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, kind }) =>
        kind === "dynamic-import" ? { path: `./${basename(path)}.js`, external: true } : undefined,
      )
    },
  }
}

/**
 * `import * as vscode` becomes one `require` for the whole bundle. As esbuild turns it into CommonJS, every file that
 * imports it copies the API, 500 names and a getter for each: that took most of the time that loading takes.
 */
function takeVscodeOnce() {
  const importAll = /^import \* as vscode from "vscode"$/m
  return {
    name: "take-vscode-once",
    setup(build) {
      build.onResolve({ filter: /^vscode:once$/ }, ({ path }) => ({ path, namespace: "vscode-once" }))
      build.onLoad({ filter: /.*/, namespace: "vscode-once" }, () => ({
        contents: `export const vscode = require("vscode")`,
      }))
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8")
        return { loader: "ts", contents: source.replace(importAll, `import { vscode } from "vscode:once"`) }
      })
    },
  }
}

/** How the bundle with that file or folder is made. */
export function optionsFor(output) {
  const bundle = bundles.find(({ out, folder }) => output === (folder ?? out))
  if (!bundle) throw new Error(`${output} is not among what is built.`)
  return optionsOf(bundle, true)
}

function optionsOf({ entry, entries = { entry }, out, folder, options }, minify) {
  for (const path of Object.values(entries)) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is missing.`)
  }
  return {
    absWorkingDir: root,
    entryPoints: folder ? entries : [entry],
    ...(folder ? { outdir: folder } : { outfile: out }),
    bundle: true,
    sourcemap: true,
    minify,
    // Class and function names are part of what users read in errors and in `util.inspect`.
    keepNames: true,
    legalComments: "linked",
    logLevel: "warning",
    ...options,
  }
}
