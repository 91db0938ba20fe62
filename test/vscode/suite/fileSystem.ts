import * as assert from "node:assert/strict"
import * as vscode from "vscode"

const file = "03-message-model.kafka.md"

/** Paths that would lead out of the lessons, if names were paths. */
const outside = [
  "/../package.json",
  "/..%2Fpackage.json",
  "/..%252Fpackage.json",
  `/${file}/../../package.json`,
  `/${file}/`,
  "/..\\package.json",
  "/copies",
  "/etc/passwd",
  "/.",
  "/",
]

/** Bundled lessons come from a file system of their own, which holds nothing else. */
export function defineFileSystemSuite(): void {
  describe("the bundled lessons' file system", () => {
    const { fs } = vscode.workspace
    const bytes = new TextEncoder().encode("not a lesson")
    const refused = async (uri: vscode.Uri, action: (uri: vscode.Uri) => Thenable<unknown>) =>
      Promise.resolve(action(uri)).then(
        () => uri.toString(),
        () => undefined,
      )

    it("reads and writes no path that leads out of it", async () => {
      const uris = outside.flatMap((path) => [
        vscode.Uri.from({ scheme: "logbook", path }),
        vscode.Uri.parse(`logbook:${path}`),
        vscode.Uri.from({ scheme: "logbook", authority: "other", path }),
      ])
      const done: (string | undefined)[] = []
      for (const uri of uris) {
        done.push(await refused(uri, (path) => fs.readFile(path)))
        done.push(await refused(uri, (path) => fs.writeFile(path, bytes)))
      }
      assert.deepEqual(
        done.filter((uri) => uri !== undefined),
        [],
      )
    })

    it("makes no file or folder of another name, and deletes and renames nothing", async () => {
      const own = vscode.Uri.from({ scheme: "logbook", path: `/${file}` })
      const before = await fs.readFile(own)
      const other = vscode.Uri.from({ scheme: "logbook", path: "/99-other.kafka.md" })
      assert.deepEqual(
        [
          await refused(other, (uri) => fs.writeFile(uri, bytes)),
          await refused(other, (uri) => fs.createDirectory(uri)),
          await refused(own, (uri) => fs.delete(uri)),
          await refused(own, (uri) => fs.rename(uri, other)),
        ],
        [undefined, undefined, undefined, undefined],
      )
      assert.deepEqual(await fs.readFile(own), before)
    })
  })
}
