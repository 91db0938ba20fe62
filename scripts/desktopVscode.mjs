import { spawnSync } from "node:child_process"
import { root, run, say } from "./setUp.mjs"

/**
 * The command of the desktop VS Code: the one that `VSCODE` names, else `code` on the PATH.
 * @returns {string | undefined} nothing where there is none; throws where `VSCODE` names one that does not start
 */
export function findDesktop(environment = process.env) {
  const command = environment.VSCODE ?? "code"
  const options = { encoding: "utf8", env: environment, shell: process.platform === "win32" }
  if (spawnSync(command, ["--version"], options).status === 0) return command
  if (environment.VSCODE) throw new Error(`VSCODE names ${environment.VSCODE}, which does not start.`)
  return undefined
}

/** Opens `lesson` in a new window on `folder`, with the extension loaded from the build in this checkout. */
export function openDesktop(command, folder, lesson, environment = process.env) {
  say(`Opening ${lesson} in ${command} …`)
  const options = [`--extensionDevelopmentPath=${root}`, "--new-window", folder, lesson]
  run(command, options, { env: environment, shell: process.platform === "win32" })
}
