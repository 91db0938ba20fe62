import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { untilServed } from "../../scripts/vscodeServer.mjs"

describe("npm start prints its address", () => {
  let web: Server | undefined
  afterEach(() => web?.close())

  it("once the page and every file of the lesson are served, not before", async () => {
    const asked: string[] = []
    const address = await serve((url) => {
      asked.push(url)
      const refusedOnce = url.includes("lesson") && asked.filter((each) => each === url).length < 2
      return refusedOnce ? 404 : 200
    })
    await untilServed({ address, process: { exitCode: null } }, `${address}?folder=x`, ["/a lesson.md", "/dist/b.js"])
    expect(asked).toEqual([
      "/?folder=x",
      "/vscode-remote-resource?path=%2Fa%20lesson.md",
      "/vscode-remote-resource?path=%2Fa%20lesson.md",
      "/vscode-remote-resource?path=%2Fdist%2Fb.js",
    ])
  })

  it("never when the server has ended, and says which address was not served", async () => {
    const address = await serve(() => 404)
    await expect(untilServed({ address, process: { exitCode: 1 } }, address, [])).rejects.toThrow(
      `VS Code for the browser does not serve ${address}: start again with another --port N.`,
    )
  })

  async function serve(statusOf: (url: string) => number): Promise<string> {
    const started = createServer((request, response) => response.writeHead(statusOf(request.url ?? "")).end("content"))
    web = started
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve))
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`
  }
})
