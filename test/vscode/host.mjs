import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { cache, root, run } from "../../scripts/setUp.mjs"

/**
 * A folder for PATH that holds what a bare machine has, and no node, npm or tsc: a learner has none, so that nothing
 * of ours may need them.
 */
export function pathWithoutNode() {
  const folder = join(cache, "path-without-node")
  mkdirSync(folder, { recursive: true })
  for (const source of ["/bin", "/usr/bin"]) {
    for (const name of readdirSync(source)) {
      if (/^(node|nodejs|npm|npx|corepack|tsc|tsserver|yarn|pnpm|bun|deno)$/.test(name)) continue
      const link = join(folder, name)
      if (!existsSync(link)) symlinkSync(join(source, name), link)
    }
  }
  for (const name of ["node", "npm", "tsc"]) {
    const found = spawnSync(join(folder, "sh"), ["-c", `command -v ${name}`], { env: { PATH: folder } })
    if (found.status === 0) throw new Error(`${name} is still on the PATH of the tests.`)
  }
  return folder
}

/** The processes of ours that run now, by what stands in their command line. */
export function processesOf(extensionPath) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: readCommandLine(pid) }))
    .filter(
      ({ command }) =>
        command.includes(join(extensionPath, "dist")) && /(cluster|kernel|client|language)\.js/.test(command),
    )
}

/** Bundles the suite that runs inside the extension host; `vscode` is the host's, mocha is loaded from node_modules. */
export async function bundleSuite(name) {
  const esbuild = await import("esbuild")
  const outfile = join(cache, "suite", `${name}.cjs`)
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [`test/vscode/suite/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  })
  return outfile
}

/** Packs the .vsix once, and answers its path. */
export function packVsix() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  run(process.execPath, [join(root, "scripts", "package.mjs")], { cwd: root })
  return join(root, `logbook-${version}.vsix`)
}

function readCommandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
  } catch {
    // It ended between the listing and the reading.
    return ""
  }
}
