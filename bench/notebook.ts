import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { type KernelProcess, startKernel } from "../src/process/kernel"
import { type Row, report } from "./report"
import { TslabKernel, tslabVersion } from "./tslabKernel"

const root = process.env.LOGBOOK_ROOT ?? "."
const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const cellsPerRound = 60
/** Seven windows, and what is opened in the last one, on a machine that does other work too. */
const SUITE_LIMIT_MS = 20 * 60_000
/** The loop has begun to run. */
const LOOP_MS = 150

/** A kernel, ours or the peer's. */
interface Side {
  run(code: string): Promise<string>
  interrupt(): void
  stop(): Promise<void>
}

async function main(): Promise<void> {
  TslabKernel.install()
  const starts: Figures = { ours: [], peer: [] }
  const cells: Figures = { ours: [], peer: [] }
  const interrupts: Figures = { ours: [], peer: [] }
  for (let round = 0; round < rounds; round++) {
    // Which side goes first alternates: whatever drifts on the machine hits both alike.
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
      const started = performance.now()
      const kernel = await open[side]()
      starts[side].push(performance.now() - started)
      cells[side].push(...(await trivialCells(kernel)))
      interrupts[side].push(await interruptMs(kernel))
      await kernel.stop()
    }
  }
  const kernels = [
    row("kernel start", starts, 400),
    row("trivial cell, there and back", cells, 15),
    row("interrupt of an endless loop", interrupts, 500),
  ]
  // Written before the editor is asked: a window that does not open takes nothing of it away.
  report("notebook", peers, { tslab: tslabVersion }, kernels)
  const editor = measureEditor()
  report("notebook", peers, { tslab: tslabVersion, vscode: `${editor.vscode}, in Chromium` }, [
    ...kernels,
    row("lesson open to painted (peer: the same lesson as .ipynb)", editor.open, 700),
    row("lesson open to painted (peer: a notebook of one heading)", beside(editor.open)),
    row("language switch to painted (no peer: VS Code has none)", editor.language, 150),
    row("activation (peer: VS Code's Emmet)", editor.activation, 60),
    row("activation (peer: an empty extension)", beside(editor.activation)),
    row("activation, loading our code", { ours: editor.activationParts.load, peer: [] }),
    row("activation, our call (at most)", { ours: editor.activationParts.call, peer: [] }),
  ])
}

const peers = "tslab's kernel; VS Code's own notebooks"

type SideName = "ours" | "peer"
type Figures = Record<SideName, number[]>

const sides: readonly SideName[] = ["ours", "peer"]

const open: Readonly<Record<SideName, () => Promise<Side>>> = {
  ours: async () => {
    const kernel = startKernel({ script: join(root, "dist", "kernel.js") })
    await kernel.request("kernel/configure", {
      lessonId: "bench",
      language: "en",
      cluster: { kind: "embedded", bootstrap: ["127.0.0.1:1"], prefix: "", readOnly: false },
    })
    return { run: (code) => execute(kernel, code), interrupt: () => void kernel.interrupt(), stop: () => kernel.stop() }
  },
  peer: async () => {
    const kernel = await TslabKernel.start()
    return { run: (code) => kernel.execute(code), interrupt: () => kernel.interrupt(), stop: () => kernel.stop() }
  },
}

async function execute(kernel: KernelProcess, source: string): Promise<string> {
  const { status } = await kernel.request("cell/execute", { cell: "cell", kind: "code", source, language: "en" })
  return status
}

async function trivialCells(kernel: Side): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < cellsPerRound; index++) {
    const started = performance.now()
    const status = await kernel.run(`const n${index % 5}: number = ${index}\nn${index % 5} + 1`)
    if (status !== "ok") throw new Error(`A trivial cell ended as ${status}.`)
    times.push(performance.now() - started)
  }
  return times
}

async function interruptMs(kernel: Side): Promise<number> {
  const running = kernel.run("while (true) {}")
  await new Promise((resolve) => setTimeout(resolve, LOOP_MS))
  const started = performance.now()
  kernel.interrupt()
  await running
  return performance.now() - started
}

/** What only a VS Code can be asked, in one that a browser shows. */
interface EditorFigures {
  readonly vscode: string
  readonly open: EditorFigure
  readonly language: EditorFigure
  readonly activation: EditorFigure
  readonly activationParts: { readonly load: number[]; readonly call: number[] }
}

interface EditorFigure extends Figures {
  /** The least that VS Code itself takes for it. */
  readonly floor: number[]
}

function beside({ ours, floor }: EditorFigure): Figures {
  return { ours, peer: floor }
}

function measureEditor(): EditorFigures {
  const script = `import(${JSON.stringify(join(root, "test", "vscode", "runSuite.mjs"))})
    .then(({ runSuite }) => runSuite({ suite: "speed", host: "newest", scenario: { compared: true } }))
    .then(({ failed }) => process.exit(failed === 0 ? 0 : 1))`
  const { status, stdout } = spawnSync(process.execPath, ["-e", script], {
    cwd: root,
    env: { ...process.env, LOGBOOK_SUITE_TIMEOUT_MS: String(SUITE_LIMIT_MS) },
    stdio: ["ignore", "pipe", 2],
    encoding: "utf8",
  })
  const [, figures] = /^figures: (.*)$/m.exec(stdout) ?? []
  if (status !== 0 || figures === undefined)
    throw new Error(`The suite that measures the editor has failed.\n${stdout}`)
  return JSON.parse(figures) as EditorFigures
}

function row(figure: string, { ours, peer }: Figures, limit?: number): Row {
  return { figure, unit: "ms", higherIsBetter: false, ours, peer, ...(limit !== undefined && { limit }) }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
