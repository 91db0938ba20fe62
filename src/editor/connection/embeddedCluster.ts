import * as vscode from "vscode"
import type { ClusterOptions } from "../../contract/clusterOptions"
import type { ControlMethod, ControlMethods } from "../../contract/control"
import { applyMergePatch } from "../../contract/mergePatch"
import type { ClusterSnapshot } from "../../contract/snapshot"
import type { ClusterProcess } from "../../process/cluster"
import type { ControlClient } from "../../process/control"

export type ClusterState = "stopped" | "starting" | "running"

/** One embedded cluster: a process of its own, started on first need, and the one subscription to its snapshot. */
export class EmbeddedCluster implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>()
  /** Its state or its snapshot is another. */
  readonly onDidChange = this.#changed.event
  readonly #died = new vscode.EventEmitter<void>()
  /** The process ended without being asked to. */
  readonly onDidDie = this.#died.event
  readonly #options: ClusterOptions
  #starting: Promise<RunningCluster> | undefined
  #running: RunningCluster | undefined
  #snapshot: ClusterSnapshot | undefined

  constructor(options: ClusterOptions) {
    this.#options = options
  }

  get state(): ClusterState {
    if (this.#running) return "running"
    return this.#starting ? "starting" : "stopped"
  }

  get snapshot(): ClusterSnapshot | undefined {
    return this.#snapshot
  }

  /** "host:port,…" while it runs. */
  get bootstrap(): string | undefined {
    return this.#running?.process.bootstrap
  }

  get pid(): number | undefined {
    return this.#running?.process.pid
  }

  /** The running cluster, started where it is not; throws the cluster process's own sentence. */
  async start(): Promise<ClusterProcess> {
    // A process that has just died is told a moment later, when its last words are read.
    if (this.#running && !isAlive(this.#running.process.pid)) this.#ended(this.#running, false)
    if (this.#running) return this.#running.process
    this.#starting ??= this.#startAnew().finally(() => {
      this.#starting = undefined
      this.#changed.fire()
    })
    this.#changed.fire()
    return (await this.#starting).process
  }

  async stop(): Promise<void> {
    const running = this.#running ?? (await this.#starting?.catch(() => undefined))
    await running?.process.stop()
  }

  /** One request to its control socket. */
  async request<M extends ControlMethod>(
    method: M,
    params: ControlMethods[M]["params"],
  ): Promise<ControlMethods[M]["result"]> {
    if (!this.#running) throw new Error(vscode.l10n.t("The embedded cluster is not running. Start it first."))
    return await this.#running.control.request(method, params)
  }

  /** Asks for the whole snapshot again. */
  async refresh(): Promise<void> {
    if (this.#running) await this.#subscribe(this.#running.control)
  }

  dispose(): void {
    void this.stop()
    this.#changed.dispose()
    this.#died.dispose()
  }

  async #startAnew(): Promise<RunningCluster> {
    const { connectControl, startCluster } = await import("../late/processes")
    const process = await startCluster(this.#options)
    const control = await connectControl(process.control).catch(async (error: unknown) => {
      await process.stop()
      throw error
    })
    const running = { process, control }
    control.onChanged(({ from, to, patch }) => {
      // A revision was missed: only the whole snapshot can be trusted again.
      if (this.#snapshot?.revision !== from) void this.#subscribe(control)
      else this.#take({ ...applyMergePatch(this.#snapshot, patch), revision: to })
    })
    await this.#subscribe(control)
    this.#running = running
    void process.ended.then(({ expected }) => this.#ended(running, expected))
    return running
  }

  async #subscribe(control: ControlClient): Promise<void> {
    const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
    this.#take(snapshot)
  }

  #take(snapshot: ClusterSnapshot): void {
    this.#snapshot = snapshot
    this.#changed.fire()
  }

  #ended(running: RunningCluster, expected: boolean): void {
    if (this.#running !== running) return
    running.control.close()
    this.#running = undefined
    this.#snapshot = undefined
    this.#changed.fire()
    if (!expected) this.#died.fire()
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

interface RunningCluster {
  readonly process: ClusterProcess
  readonly control: ControlClient
}
