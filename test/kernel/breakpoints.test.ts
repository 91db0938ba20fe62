import { afterAll, beforeAll, expect, it } from "vitest"
import { cellScriptUrl } from "../../src/process/cellScript"
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

/** What has no erasable types: an enum, a namespace, parameter properties. */
const saleCell = `enum Kind {
  Order,
  Refund = 5,
}

namespace Shop {
  export const place: string = "Oslo"
  // Which kind it was.
  export function label(kind: Kind): string {
    const text = Kind[kind]
    return \`\${text} in
      \${place}\`
  }
}
class Sale {
  amount = 0

  constructor(
    readonly id: number,
    private readonly kind: Kind,
  ) {
    this.amount = id * 2
  }
  describe(): string {
    const label = Shop.label(
      this.kind,
    )
    return label
  }
}
const sale = new Sale(1, Kind.Refund)
sale.describe()`

/** Sets breakpoints on lines of a cell's script, and says on which lines they were bound. */
const breakpointCell = (cell: string, wanted: readonly number[]) => `const lines: number[] = []
session.post("Debugger.enable")
const script = scripts.findLast(({ url }) => url.startsWith("${cellScriptUrl(cell, 0).slice(0, -1)}"))
for (const line of ${JSON.stringify(wanted)}) {
  session.post("Debugger.setBreakpointByUrl", { url: script.url, lineNumber: line - 1 }, (error, { locations }) => {
    lines.push(...locations.map(({ lineNumber }) => lineNumber + 1))
  })
}
session.post("Debugger.disable")
lines.join()`

let bundle: Awaited<ReturnType<typeof buildKernel>>
let kernel: TestKernel

beforeAll(async () => {
  bundle = await buildKernel()
  kernel = await TestKernel.start(bundle.path)
  await kernel.run(debuggerCell, { cell: "debugger" })
})
afterAll(async () => {
  await kernel.stop()
  bundle.remove()
})

// The first is set on an interface, which leaves no code: it moves to the next line that has some.
it("binds breakpoints to the lines that the cell has, behind types and interfaces", async () => {
  await kernel.run(orderCell, { cell: "order" })
  expect(await kernel.value(breakpointCell("order", [2, 7, 10]))).toBe("'5,7,10'")
})

it("binds them also where an enum, a namespace or parameter properties need code in their place", async () => {
  expect(await kernel.value(saleCell, { cell: "sale" })).toBe("'Refund in\\n      Oslo'")
  const lines = [7, 10, 11, 16, 22, 25, 28, 31, 32]
  expect(await kernel.value(breakpointCell("sale", lines))).toBe(`'${lines.join()}'`)
})
