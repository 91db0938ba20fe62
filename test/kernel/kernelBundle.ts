import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import { mendKafkajs } from "../../scripts/mendKafkajs.mjs"
import type {
  CellOutput,
  ExecuteParams,
  ExecuteResult,
  KernelConfiguration,
  KernelMethods,
} from "../../src/contract/kernel"
import type { TraceEntry } from "../../src/contract/trace"
import { type StartKernelOptions, startKernel } from "../../src/process/kernel"

/** The kernel's bundle, built from the sources as they are now. */
export async function buildKernel(): Promise<{ path: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "logbook-kernel-test-"))
  const path = join(folder, "kernel.js")
  await build({
    absWorkingDir: join(import.meta.dirname, "..", ".."),
    entryPoints: ["src/kernel/main.ts"],
    outfile: path,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22.20",
    keepNames: true,
    logLevel: "warning",
    plugins: [mendKafkajs()],
  })
  copyFileSync(
    join(import.meta.dirname, "..", "..", "node_modules", "amaro", "dist", "index.js"),
    join(folder, "amaro.js"),
  )
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A real forked kernel, with what it sent kept per cell. */
export class TestKernel {
  readonly process: ReturnType<typeof startKernel>
  readonly #outputs = new Map<string, CellOutput[]>()
  readonly recorded: { id: string; entries: readonly TraceEntry[] }[] = []
  readonly #waiting = new Set<() => void>()

  private constructor(options: StartKernelOptions) {
    this.process = startKernel(options)
    this.process.onOutput(({ cell, output }) => {
      this.outputs(cell).push(output)
      for (const check of [...this.#waiting]) check()
    })
    this.process.onRecorded((recorded) => this.recorded.push(recorded))
  }

  static async start(
    script: string,
    configuration: Partial<KernelConfiguration> = {},
    options: StartKernelOptions = {},
  ): Promise<TestKernel> {
    const kernel = new TestKernel({ ...options, script })
    await kernel.configure(configuration)
    return kernel
  }

  configure(configuration: Partial<KernelConfiguration>): Promise<KernelMethods["kernel/configure"]["result"]> {
    return this.process.request("kernel/configure", {
      lessonId: "test",
      language: "en",
      cluster: { kind: "embedded", bootstrap: ["127.0.0.1:1"], prefix: "", readOnly: false },
      ...configuration,
    })
  }

  run(source: string, params: Partial<ExecuteParams> = {}): Promise<ExecuteResult> {
    const cell = params.cell ?? "cell"
    this.#outputs.set(cell, [])
    return this.process.request("cell/execute", { cell, kind: "code", language: "en", ...params, source })
  }

  outputs(cell = "cell"): CellOutput[] {
    const found = this.#outputs.get(cell) ?? []
    this.#outputs.set(cell, found)
    return found
  }

  /** What a cell printed, both streams in their order. */
  text(cell = "cell"): string {
    return this.outputs(cell)
      .map((output) => (output.type === "stream" ? output.text : ""))
      .join("")
  }

  /** The data of all displays of one mime type. */
  shown(mime: string, cell = "cell"): string[] {
    return this.outputs(cell).flatMap((output) =>
      output.type === "display" ? output.items.filter((item) => item.mime === mime).map(({ data }) => data) : [],
    )
  }

  /** The value of the last expression, as text. */
  async value(source: string, params: Partial<ExecuteParams> = {}): Promise<string | undefined> {
    const result = await this.run(source, params)
    if (result.status !== "ok") throw new Error(JSON.stringify(result))
    return this.shown("text/plain", params.cell).at(-1)
  }

  /** Resolves when outputs satisfy `predicate`. */
  async untilOutput(predicate: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!predicate()) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  stop(): Promise<void> {
    return this.process.stop()
  }
}
