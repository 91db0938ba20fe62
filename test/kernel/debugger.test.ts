import { afterAll, beforeAll, expect, it } from "vitest"
import { buildKernel, TestKernel } from "./kernelBundle"

let bundle: Awaited<ReturnType<typeof buildKernel>>
let kernel: TestKernel

beforeAll(async () => {
  bundle = await buildKernel()
  kernel = await TestKernel.start(bundle.path)
}, 60_000)
afterAll(async () => {
  await kernel.stop()
  bundle.remove()
})

it("lets a debugger in on loopback, the same however often it is asked, and nobody once that is over", async () => {
  const { url } = await kernel.process.request("debugger/open", {})
  expect([new URL(url).hostname, await kernel.process.request("debugger/open", {})]).toEqual(["127.0.0.1", { url }])
  const inspector = await Inspector.connect(url)
  inspector.close()
  await kernel.process.request("debugger/close", {})
  await expect(Inspector.connect(url)).rejects.toThrow()
  expect(await kernel.value("1 + 1")).toBe("2")
})

it("is interrupted while a debugger holds it at a breakpoint: what follows does not run, and all is kept", async () => {
  await kernel.run("let reached = 0\nfunction reach() { reached++ }")
  const inspector = await Inspector.connect((await kernel.process.request("debugger/open", {})).url)
  inspector.send("Debugger.enable")
  const running = kernel.run("reach()\ndebugger\nreach()", { cell: "paused" })
  await inspector.until("Debugger.paused")
  await kernel.process.interrupt()
  expect([(await running).status, await kernel.value("reached")]).toEqual(["interrupted", "1"])
  inspector.close()
})

/** A debugger, as far as V8 sees one. */
class Inspector {
  readonly #socket: WebSocket
  readonly #seen = new Set<string>()

  static connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url)
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(new Inspector(socket))
      socket.onerror = () => reject(new Error(`Nobody listens at ${url}.`))
    })
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener("message", ({ data }) => this.#seen.add(JSON.parse(String(data)).method))
  }

  send(method: string): void {
    this.#socket.send(JSON.stringify({ id: 1, method }))
  }

  async until(event: string): Promise<void> {
    await expect.poll(() => this.#seen.has(event), { timeout: 20_000 }).toBe(true)
  }

  close(): void {
    this.#socket.close()
  }
}
