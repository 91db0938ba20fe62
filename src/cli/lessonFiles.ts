import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { WrongUsage } from "./command"

/** The lessons that paths name: a file as it is, a folder's `*.kafka.md` in order of their names. */
export function findLessonFiles(paths: readonly string[]): string[] {
  const unknown = paths.find((path) => path.startsWith("-"))
  if (unknown !== undefined) throw new WrongUsage(`there is no option ${unknown}`)
  if (paths.length === 0) throw new WrongUsage("a PATH is missing")
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) throw new WrongUsage(`${missing}: no such file or folder`)
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
      .filter((name) => name.endsWith(".kafka.md"))
      .sort()
      .map((name) => join(path, name))
  })
}
