import type { Consumer } from "kafkajs"
import type { ConsumerSettings } from "./presets"

/** What was handled and is to be committed: a commit names the next offset to read, per partition. */
export class CommitLog {
  readonly #consumer: Consumer
  readonly #settings: Pick<ConsumerSettings, "commitEvery" | "commitIntervalMs">
  readonly #next = new Map<string, { topic: string; partition: number; offset: string }>()
  #handled = 0
  #committedAtMs = performance.now()

  constructor(consumer: Consumer, settings: Pick<ConsumerSettings, "commitEvery" | "commitIntervalMs">) {
    this.#consumer = consumer
    this.#settings = settings
  }

  async handled(topic: string, partition: number, offset: string): Promise<void> {
    this.#next.set(`${topic}-${partition}`, { topic, partition, offset: String(BigInt(offset) + 1n) })
    this.#handled++
    const { commitEvery, commitIntervalMs } = this.#settings
    const isDue = commitIntervalMs > 0 && performance.now() - this.#committedAtMs >= commitIntervalMs
    if (this.#handled >= commitEvery || isDue) await this.commit()
  }

  /** Commits what is handled. A commit that the group refuses is lost: the records come again, to whoever has them now. */
  async commit(): Promise<void> {
    const offsets = [...this.#next.values()]
    if (offsets.length === 0) return
    this.#next.clear()
    this.#handled = 0
    this.#committedAtMs = performance.now()
    await this.#consumer.commitOffsets(offsets)
  }
}
