import { expect, it } from "vitest"
import { buildKernel, TestKernel } from "./kernelBundle"

const debuggerCell = `import { Session } from "node:inspector"
const session = new Session()
session.connect()
const scripts: { url: string; scriptId: string }[] = []
session.on("Debugger.scriptParsed", ({ params }) => scripts.push(params))
session.post("Debugger.enable")`

const orderCell = `import type { Kafka } from "kafkajs"
interface Order {
  readonly id: number
}
let total: number = 0
function add(order: Order): number {
  total += order.id
  return total
}
add({ id: 2 })`

const breakpointCell = `const script = scripts.find(({ scriptId }) => {
  let found = false
  session.post("Debugger.getScriptSource", { scriptId }, (error, { scriptSource }) => {
    found = scriptSource.includes("total += order.id") && scriptSource.includes("sourceURL")
  })
  return found
})
const lines: number[] = []
for (const line of [2, 7, 10]) {
  session.post("Debugger.setBreakpointByUrl", { url: script.url, lineNumber: line - 1 }, (error, { locations }) => {
    lines.push(...locations.map(({ lineNumber }) => lineNumber + 1))
  })
}
session.post("Debugger.disable")
lines.join()`

// The first is set on an interface, which leaves no code: it moves to the next line that has some.
it("binds breakpoints to the lines that the cell has, behind types and interfaces", async () => {
  const bundle = await buildKernel()
  const kernel = await TestKernel.start(bundle.path)
  try {
    await kernel.run(debuggerCell, { cell: "debugger" })
    await kernel.run(orderCell, { cell: "order" })
    expect(await kernel.value(breakpointCell)).toBe("'5,7,10'")
  } finally {
    await kernel.stop()
    bundle.remove()
  }
})
