import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { buildKernel, TestKernel } from "./kernelBundle"

let bundle: Awaited<ReturnType<typeof buildKernel>>
let kernel: TestKernel

beforeAll(async () => {
  bundle = await buildKernel()
  kernel = await TestKernel.start(bundle.path)
})

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

describe("the environment of cells", () => {
  it("is the reader's, without secrets and without what VS Code tells its own processes", async () => {
    const plain = { PLAIN_NAME: "1", KAFKA_PRODUCER_ACKS: "all" }
    const withheld = [
      "DEPLOY_TOKEN",
      "AWS_SECRET_ACCESS_KEY",
      "PGPASSWORD",
      "OPENAI_API_KEY",
      "VSCODE_IPC",
      "SSH_AUTH_SOCK",
    ]
    for (const [name, value] of Object.entries(plain)) vi.stubEnv(name, value)
    for (const name of withheld) vi.stubEnv(name, "secret")
    const own = await TestKernel.start(bundle.path)
    try {
      const names = [...Object.keys(plain), ...withheld]
      const script = names.map((name) => `echo "$${name}"`).join("\n")
      await own.run(script, { cell: "shell", kind: "shell" })
      const seen = await own.value(`${JSON.stringify(names)}.filter((name) => name in process.env).join()`)
      expect([seen, own.text("shell").trim().split("\n")]).toEqual(["'PLAIN_NAME,KAFKA_PRODUCER_ACKS'", ["1", "all"]])
    } finally {
      await own.stop()
      vi.unstubAllEnvs()
    }
  })
})
