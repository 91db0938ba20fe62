import { join } from "node:path"
import { type ClusterProcess, startCluster } from "../../src/process/cluster"
import { type ControlClient, connectControl } from "../../src/process/control"
import { nodes, type Shape, type Side, shapes } from "./side"

/** The embedded cluster as it ships, in a process of its own; its control socket takes the faults. */
export async function startEmbeddedSide(root: string, shape: Shape): Promise<Side> {
  const cluster = await startCluster({
    brokers: nodes.length,
    controllers: shapes[shape].controllers,
    script: join(root, "dist", "cluster.js"),
    profile: "lessons",
    configs: shapes[shape].configs,
  })
  return new EmbeddedSide(cluster, await connectControl(cluster.control))
}

class EmbeddedSide implements Side {
  readonly bootstrap: readonly string[]
  readonly #cut = new Map<string, readonly [number, number]>()
  readonly #down = new Set<number>()
  readonly #paused = new Set<number>()

  constructor(
    private readonly cluster: ClusterProcess,
    private readonly control: ControlClient,
  ) {
    this.bootstrap = cluster.bootstrap.split(",")
  }

  async kill(id: number): Promise<void> {
    await this.control.request("node/kill", { id })
    this.#paused.delete(id)
    this.#down.add(id)
  }

  async stop(id: number): Promise<void> {
    await this.control.request("node/stop", { id })
    this.#down.add(id)
  }

  async start(id: number): Promise<void> {
    await this.control.request("node/start", { id })
    this.#down.delete(id)
  }

  async pause(id: number): Promise<void> {
    await this.control.request("node/pause", { id })
    this.#paused.add(id)
  }

  async resume(id: number): Promise<void> {
    await this.control.request("node/resume", { id })
    this.#paused.delete(id)
  }

  async cut(a: number, b: number): Promise<void> {
    await this.control.request("link/cut", { a, b })
    this.#cut.set(`${a}-${b}`, [a, b])
  }

  async heal(a: number, b: number): Promise<void> {
    await this.control.request("link/heal", { a, b })
    this.#cut.delete(`${a}-${b}`)
  }

  async freeze(broker: number, topic: string, partition: number): Promise<void> {
    await this.control.request("replica/freeze", { broker, topic, partition })
  }

  async unfreeze(broker: number, topic: string, partition: number): Promise<void> {
    await this.control.request("replica/unfreeze", { broker, topic, partition })
  }

  async repair(): Promise<void> {
    for (const [a, b] of [...this.#cut.values()]) await this.heal(a, b)
    for (const id of [...this.#paused]) await this.resume(id)
    for (const id of [...this.#down]) await this.start(id)
  }

  async close(): Promise<void> {
    this.control.close()
    await this.cluster.stop()
  }
}
