import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import type { ClusterOptions } from "../../src/contract/clusterOptions"
import type { MimeItem } from "../../src/contract/kernel"
import type { TraceEntry } from "../../src/contract/trace"
import { createKit } from "../../src/kit/createKit"
import type { CheckResult, KitContext, KitHost, OwnedResource } from "../../src/kit/host"
import type { Kit } from "../../src/kit/kit"
import { type ClusterProcess, startCluster } from "../../src/process/cluster"

/** An embedded cluster from the sources as they are now. */
export async function startTestCluster(
  options: ClusterOptions = {},
): Promise<ClusterProcess & { end(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "logbook-cluster-test-"))
  const script = join(folder, "cluster.js")
  await build({
    absWorkingDir: join(import.meta.dirname, "..", ".."),
    entryPoints: ["src/cluster/main.ts"],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22.20",
    keepNames: true,
    logLevel: "error",
  })
  const cluster = await startCluster({ profile: "lessons", ...options, script })
  return {
    ...cluster,
    end: async () => {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A kit as a cell has it, with what it shows and owns kept for the test. */
export class TestKit implements KitContext {
  readonly language = "en"
  readonly shown: { items: readonly MimeItem[]; id?: string | undefined }[] = []
  readonly checks: CheckResult[] = []
  readonly recorded = new Map<string, readonly TraceEntry[]>()
  readonly kit: Kit
  readonly #abort = new AbortController()
  readonly #owned: OwnedResource[] = []

  constructor(cluster: Partial<KitHost["cluster"]> & { bootstrap: readonly string[] }, options: Partial<KitHost> = {}) {
    this.kit = createKit({
      lessonId: "test",
      cluster: { kind: "embedded", prefix: "", readOnly: false, ...cluster },
      current: () => this,
      record: (id, entries) => this.recorded.set(id, entries),
      ...options,
    })
  }

  static of({ bootstrap, control }: ClusterProcess, options: Partial<KitHost> = {}): TestKit {
    return new TestKit({ bootstrap: bootstrap.split(","), control }, options)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  display(items: readonly MimeItem[], id?: string): void {
    this.shown.push({ items, id })
  }

  check(result: CheckResult): void {
    this.checks.push(result)
  }

  own(resource: OwnedResource): void {
    this.#owned.push(resource)
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await Promise.all(this.#owned.map((resource) => resource.close()))
  }
}
