import type { ConsumerSettings } from "./presets"

/** Commits: the next offset to read, per partition. */
export type Commit = (offsets: readonly CommitOffset[]) => Promise<void>

export interface CommitOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** What was handled and is to be committed. */
export class CommitLog {
  readonly #settings: Pick<ConsumerSettings, "commitEvery" | "commitIntervalMs">
  readonly #next = new Map<string, CommitOffset>()
  #handled = 0
  #committedAtMs = performance.now()

  constructor(settings: Pick<ConsumerSettings, "commitEvery" | "commitIntervalMs">) {
    this.#settings = settings
  }

  async handled(topic: string, partition: number, offset: string, commit: Commit): Promise<void> {
    this.#next.set(`${topic}-${partition}`, { topic, partition, offset: String(BigInt(offset) + 1n) })
    this.#handled++
    const { commitEvery, commitIntervalMs } = this.#settings
    const isDue = commitIntervalMs > 0 && performance.now() - this.#committedAtMs >= commitIntervalMs
    if (this.#handled >= commitEvery || isDue) await this.commit(commit)
  }

  /** Commits what is handled. What the group refuses is forgotten: it comes again, to whoever has the partition now. */
  async commit(commit: Commit): Promise<void> {
    const offsets = [...this.#next.values()]
    if (offsets.length === 0) return
    this.#next.clear()
    this.#handled = 0
    this.#committedAtMs = performance.now()
    await commit(offsets)
  }
}
