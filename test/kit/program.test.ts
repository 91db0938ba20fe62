import { fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { mendKafkajs } from "../../scripts/mendKafkajs.mjs"
import { runCommand } from "../../src/cli/runCommand"
import { startTestCluster, TestKit } from "./testCluster"

let cluster: Awaited<ReturnType<typeof startTestCluster>>
let test: TestKit
let folder: string

/** Its handler is done when it is told so; the kit's own handler of the signal has been called before the program's. */
const program = `
import { openKit } from "./src/kit"
const { createConsumer, createProducer, createAdmin } = openKit()
const admin = await createAdmin()
await admin.createTopic("tasks")
const consumer = await createConsumer("workers")
await consumer.subscribe("tasks", async ({ value }) => {
  process.send("begun")
  await new Promise((resolve) => process.once("message", resolve))
  process.send("done " + value)
})
process.once("SIGTERM", () => process.send("asked to end"))
await (await createProducer()).send("tasks", { value: "one" })
`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "logbook-program-"))
  await build({
    absWorkingDir: join(import.meta.dirname, "..", ".."),
    stdin: { contents: program, resolveDir: join(import.meta.dirname, "..", ".."), loader: "ts" },
    outfile: join(folder, "program.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22.20",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname',
    },
    logLevel: "error",
    plugins: [mendKafkajs()],
  })
  cluster = await startTestCluster()
  test = TestKit.of(cluster)
})

afterEach(() => vi.restoreAllMocks())

afterAll(async () => {
  await test.close()
  await cluster.end()
  rmSync(folder, { recursive: true, force: true })
})

describe("a program outside of the notebook", () => {
  it("ends on SIGTERM when its handler is done: offset committed, group left", async () => {
    const child = fork(join(folder, "program.mjs"), [], {
      env: { ...process.env, KAFKA_BOOTSTRAP: cluster.bootstrap },
      execArgv: [],
    })
    const said: unknown[] = []
    child.on("message", (message) => said.push(message))
    await test.kit.until(() => said.includes("begun"))
    child.kill("SIGTERM")
    await test.kit.until(() => said.includes("asked to end"))
    child.send("be done")
    const code = await new Promise((resolve) => child.once("exit", resolve))
    const admin = await test.kit.createAdmin()
    const { groups } = await admin.kafkajs.describeGroups(["workers"])
    const [lag] = await admin.groupLag("workers", "tasks")
    expect({ code, said, members: groups[0]?.members.length, committed: lag?.committed }).toEqual({
      code: 0,
      said: ["begun", "asked to end", "done one"],
      members: 0,
      committed: 1,
    })
  })
})

describe("logbook topic", () => {
  it("creates, lists, finds and deletes topics, and says how it is used", async () => {
    let printed = ""
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += String(text)
      return true
    })
    vi.spyOn(process.stderr, "write").mockImplementation(() => true)
    const run = async (...argv: string[]) => {
      printed = ""
      const code = await runCommand(["topic", ...argv, "--bootstrap", cluster.bootstrap])
      return [code, printed.trim()]
    }
    expect(await run("create", "shop.order.paid", "--partitions", "2", "--config", "retention.ms=60000")).toEqual([
      0,
      "shop.order.paid",
    ])
    expect((await test.kit.createAdmin().then((admin) => admin.describeTopic("shop.order.paid"))).length).toBe(2)
    expect(await run("exists", "shop.order.paid")).toEqual([0, "true"])
    expect((await run("list"))[1]).toContain("shop.order.paid")
    expect((await run("examples"))[1]).toContain("example.dead-letter")
    expect(await run("delete", "shop.order.paid")).toEqual([0, ""])
    expect(await run("exists", "shop.order.paid")).toEqual([0, "false"])
    expect([(await run("grow"))[0], (await run("create"))[0]]).toEqual([2, 2])
  })
})
