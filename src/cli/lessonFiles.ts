import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"

/** The lessons that paths name: a file as it is, a folder's `*.kafka.md` in order of their names. */
export function findLessonFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
      .filter((name) => name.endsWith(".kafka.md"))
      .sort()
      .map((name) => join(path, name))
  })
}
