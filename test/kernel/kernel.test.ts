import { afterAll, beforeAll, describe, expect, it } from "vitest"
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

describe("state", () => {
  it("keeps what cells declare, and lets any cell declare it again in another way", async () => {
    await kernel.run(
      "let count: number = 1\nconst step = 2\nfunction next() { return (count += step) }\nclass A { x = 1 }",
    )
    expect(await kernel.value("next(); next()")).toBe("5")
    await kernel.run("const count = 10\nlet A = 3")
    expect(await kernel.value("[next(), A]")).toBe("[ 12, 3 ]")
    await kernel.run("class step {}\nfunction A() { return 'a' }\nvar count = 'x'")
    expect(await kernel.value("[typeof step, A(), count]")).toBe("[ 'function', 'a', 'x' ]")
  })

  it("runs a cell again from its start: a variable without a value is undefined, not what it was", async () => {
    const source = "let seen\nconst before = seen\nseen = 1\nbefore"
    await kernel.run(source)
    expect([await kernel.value(source), (await kernel.run(source)).status]).toEqual([undefined, "ok"])
  })

  it("binds by patterns, and keeps names that Node has too for the cell alone", async () => {
    expect(await kernel.value("const { a, b: [c, ...d], ...e } = { a: 1, b: [2, 3, 4], f: 5 };\n[a, c, d, e]")).toBe(
      "[ 1, 2, [ 3, 4 ], { f: 5 } ]",
    )
    await kernel.run(
      "const process = (text: string) => text.length\nlet crypto = 1\nconst Buffer = 2, setTimeout = 3, name = 4",
    )
    expect(await kernel.value("[process('abc'), crypto, Buffer, setTimeout, name]")).toBe("[ 3, 1, 2, 3, 4 ]")
  })
})
