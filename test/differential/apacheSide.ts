import type { ApacheKafka, startApacheKafka } from "../../scripts/apacheKafka.mjs"
import { LinkRelay } from "./linkRelay"
import { nodes, type Shape, type Side, shapes } from "./side"

/** Apache Kafka: a kill is SIGKILL, a pause SIGSTOP, a cut a relay between the nodes that passes nothing on. */
export async function startApacheSide(start: typeof startApacheKafka, shape: Shape): Promise<Side> {
  const relay = new LinkRelay()
  try {
    const kafka = await start({
      brokers: nodes.length,
      controllers: shapes[shape].controllers,
      profile: "lessons",
      configs: { ...shapes[shape].configs },
      relay: (node, port) => relay.listen(node, port),
    })
    return new ApacheSide(kafka, relay)
  } catch (error) {
    relay.close()
    throw error
  }
}

class ApacheSide implements Side {
  readonly bootstrap: readonly string[]

  constructor(
    private readonly kafka: ApacheKafka,
    private readonly relay: LinkRelay,
  ) {
    this.bootstrap = kafka.bootstrap.split(",")
  }

  async kill(node: number): Promise<void> {
    await this.#end(node, "SIGKILL")
  }

  async stop(node: number): Promise<void> {
    await this.#end(node, "SIGTERM")
  }

  async start(node: number): Promise<void> {
    await this.kafka.startNode(node)
  }

  async pause(node: number): Promise<void> {
    this.#process(node).kill("SIGSTOP")
  }

  async resume(node: number): Promise<void> {
    this.#process(node).kill("SIGCONT")
  }

  async cut(a: number, b: number): Promise<void> {
    this.relay.cut(a, b)
  }

  async heal(a: number, b: number): Promise<void> {
    this.relay.heal(a, b)
  }

  async freeze(node: number): Promise<void> {
    this.relay.freeze(node)
  }

  async unfreeze(node: number): Promise<void> {
    this.relay.unfreeze(node)
  }

  async repair(): Promise<void> {
    this.relay.healAll()
    for (const node of nodes) {
      const child = this.#process(node)
      if (child.exitCode !== null || child.signalCode !== null) await this.start(node)
      else await this.resume(node)
    }
  }

  async close(): Promise<void> {
    this.relay.healAll()
    for (const node of nodes) await this.resume(node)
    await this.kafka.stop()
    this.relay.close()
  }

  async #end(node: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.#process(node)
    const ended = new Promise((resolve) => child.once("exit", resolve))
    child.kill(signal)
    await ended
  }

  #process(node: number) {
    const child = this.kafka.nodes.get(node)
    if (child === undefined) throw new Error(`There is no node ${node}.`)
    return child
  }
}
