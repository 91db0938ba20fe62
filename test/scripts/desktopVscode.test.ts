import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { findDesktop, openDesktop } from "../../scripts/desktopVscode.mjs"
import { skipTest } from "../skipTest"

/** Stands in for VS Code's `code`: answers `--version`, and writes down what else it was called with. */
const fakeCode = `#!/bin/sh
if [ "$1" = "--version" ]; then echo 1.139.1; exit 0; fi
printf '%s\\n' "$@" > "$(dirname "$0")/called"
`

describe("npm start on a machine with a desktop VS Code", () => {
  const folder = mkdtempSync(join(tmpdir(), "logbook-desktop-"))
  const command = join(folder, "code")
  writeFileSync(command, fakeCode)
  chmodSync(command, 0o755)
  beforeEach((context) => {
    if (process.platform === "win32") skipTest(context, "a shell script stands in for code")
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("finds code on the PATH, the one that VSCODE names before it, and none where there is none", () => {
    const path = `${folder}:/usr/bin:/bin`
    expect([
      findDesktop({ PATH: path }),
      findDesktop({ PATH: "/usr/bin:/bin", VSCODE: command }),
      findDesktop({ PATH: join(folder, "empty") }),
    ]).toEqual(["code", command, undefined])
    expect(() => findDesktop({ PATH: path, VSCODE: join(folder, "missing") })).toThrow(
      `VSCODE names ${join(folder, "missing")}, which does not start.`,
    )
  })

  it("opens the lesson in a new window, with the extension loaded from the build", () => {
    openDesktop("code", "/lessons", "/lessons/03.kafka.md", { PATH: `${folder}:/usr/bin:/bin` })
    expect(readFileSync(join(folder, "called"), "utf8").trim().split("\n")).toEqual([
      `--extensionDevelopmentPath=${resolve(import.meta.dirname, "../..")}`,
      "--new-window",
      "/lessons",
      "/lessons/03.kafka.md",
    ])
  })
})
