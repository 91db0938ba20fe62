import { connect } from "node:net"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { buildKernel, TestKernel } from "./kernelBundle"

let bundle: Awaited<ReturnType<typeof buildKernel>>
let kernel: TestKernel

beforeAll(async () => {
  bundle = await buildKernel()
})

beforeEach(async () => {
  kernel = await TestKernel.start(bundle.path)
})

afterEach(() => kernel.stop())
afterAll(() => bundle.remove())

/** Runs a cell that prints "started", and interrupts it then. */
async function interruptOnceStarted(source: string) {
  const running = kernel.run(`console.log("started")\n${source}`, { cell: "endless" })
  await kernel.untilOutput(() => kernel.text("endless").includes("started"))
  void kernel.process.interrupt()
  return (await running).status
}

describe("interrupt", () => {
  it("stops an endless loop and keeps every variable", async () => {
    await kernel.run("let kept = 41")
    const status = await interruptOnceStarted("kept++; while (true) {}")
    expect({ status, kept: await kernel.value("kept") }).toEqual({ status: "interrupted", kept: "42" })
  })

  it("ends a cell that awaits what never comes, and runs the next one", async () => {
    await kernel.run("let kept = 1")
    const status = await interruptOnceStarted("kept = 2; await new Promise(() => {}); kept = 3")
    expect({ status, kept: await kernel.value("kept") }).toEqual({ status: "interrupted", kept: "2" })
  })

  it("stops a loop of promises that never gives a turn away", async () => {
    expect(await interruptOnceStarted("while (true) await null")).toBe("interrupted")
    expect(await kernel.value("1 + 1")).toBe("2")
  })

  it("stops a loop that sleeps between its rounds for good", async () => {
    const status = await interruptOnceStarted(
      "globalThis.rounds = 0\nwhile (true) { globalThis.rounds++; await new Promise((resolve) => setTimeout(resolve, 5)) }",
    )
    const first = await kernel.value(
      "const first = globalThis.rounds; await new Promise((r) => setTimeout(r, 60)); globalThis.rounds - first",
    )
    expect([status, first]).toEqual(["interrupted", "0"])
  })

  it("stops an endless loop inside of a callback that came after an await", async () => {
    const status = await interruptOnceStarted("setTimeout(() => { while (true) {} }, 0); await new Promise(() => {})")
    expect([status, await kernel.value("'alive'")]).toEqual(["interrupted", "'alive'"])
  })

  it("lets code end that only stands still for a while, as on a busy machine", async () => {
    const running = kernel.run(`setTimeout(() => {
  console.log("stands still")
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  globalThis.hasEnded = true
}, 0)
await new Promise(() => {})`)
    await kernel.untilOutput(() => kernel.text().includes("stands still"))
    void kernel.process.interrupt()
    expect([(await running).status, await kernel.value("globalThis.hasEnded")]).toEqual(["interrupted", "true"])
  })

  it("aborts the cell's signal, and gives the next run a fresh one", async () => {
    await kernel.run('import { signal } from "kit"\nlet reason = ""')
    const status = await interruptOnceStarted(
      'signal.addEventListener("abort", () => { reason = signal.reason.name }); await new Promise(() => {})',
    )
    expect([status, await kernel.value("[reason, signal.aborted]")]).toEqual(["interrupted", "[ 'AbortError', false ]"])
  })

  it("stops a shell cell and what it started", async () => {
    const running = kernel.run("echo started; sleep 600 & echo $!; wait", { cell: "endless", kind: "shell" })
    await kernel.untilOutput(() => /started\n\d+\n/.test(kernel.text("endless")))
    const child = Number(/\d+/.exec(kernel.text("endless"))?.[0])
    void kernel.process.interrupt()
    expect((await running).status).toBe("interrupted")
    // A zombie that nobody reaps still has its id: its state says that it is over.
    const state = await kernel.value(
      `import { readFileSync } from "node:fs"\nimport { until } from "kit"\nconst stateOf = () => { try { return /\\) (\\w)/.exec(readFileSync("/proc/${child}/stat", "utf8"))![1] } catch { return "gone" } }\nawait until(() => ["gone", "Z"].includes(stateOf())); "over"`,
    )
    expect(state).toBe("'over'")
  })

  it("does nothing while no cell runs", async () => {
    await kernel.run("let kept = 1")
    await kernel.process.interrupt()
    expect(await kernel.value("kept + 1")).toBe("2")
  })
})

describe("life line", () => {
  it("ends a kernel in an endless loop when its parent's connection ends", async () => {
    const { interruptPath } = await kernel.configure({})
    void kernel.run('console.log("started"); while (true) {}', { cell: "endless" }).catch(() => {})
    await kernel.untilOutput(() => kernel.text("endless").includes("started"))
    const socket = connect(interruptPath)
    await new Promise((resolve) => socket.once("connect", resolve))
    socket.destroy()
    expect((await kernel.process.ended).code).toBe(null)
  })

  it("tells who asks that a kernel which has died is gone, and why", async () => {
    const running = kernel.run(
      'import { writeSync } from "node:fs"\nwriteSync(2, "out of luck"); globalThis.process.exit(3)',
    )
    await expect(running).rejects.toThrow(/kernel has ended with code 3.*out of luck/s)
  })

  it("says so when a cell used up the memory of its kernel", async () => {
    const small = await TestKernel.start(bundle.path, {}, { memoryLimitMb: 64 })
    const running = small.run(
      "const hoard: unknown[] = []\nwhile (true) hoard.push(new Array(10_000).fill(hoard.length))",
    )
    await expect(running).rejects.toThrow(/more memory than it may have/)
    await small.stop()
  })
})
