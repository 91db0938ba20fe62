import type { Node } from "../../node"
import type { Partition } from "../../state/replica/partition"
import type { History } from "../history"
import { partitionName } from "../partitionName"
import type { SimulatedWorld } from "../simulatedWorld"

const WATCH_MS = 200

interface Watermark {
  leaderEpoch: number
  offset: number
  /** A follower may know more than the new leader does: what it says first counts. */
  hasFallen: boolean
}

/** Looks at the cluster all the time: what must never happen, not even for a moment. */
export class ClusterWatch {
  readonly #world: SimulatedWorld
  readonly #history: History
  /** A new life of a broker has new replicas; it begins at its last checkpoint. */
  readonly #watermarks = new WeakMap<Partition, Watermark>()
  /** By epoch of the quorum. */
  readonly #controllers = new Map<number, number>()
  isOver = false

  constructor(world: SimulatedWorld, history: History) {
    this.#world = world
    this.#history = history
  }

  begin(): void {
    this.#world.clock.setTimer(WATCH_MS, () => {
      if (this.isOver) return
      for (const node of this.#world.cluster.nodes.values()) {
        this.#checkController(node)
        for (const partition of node.broker?.services.replicas.partitions ?? []) this.#checkWatermark(node, partition)
      }
      this.begin()
    })
  }

  #checkController({ id, raft }: Node): void {
    if (!raft?.leader) return
    this.#history.checks++
    const known = this.#controllers.get(raft.epoch)
    if (known === id) return
    if (known !== undefined) {
      this.#history.violate("one active controller per epoch", `${known} and ${id} in epoch ${raft.epoch}`)
    } else if (this.#controllers.size > 0) {
      this.#history.note(`controller ${id} in epoch ${raft.epoch}`)
      this.#history.cover("controller failover")
    }
    this.#controllers.set(raft.epoch, id)
  }

  #checkWatermark({ id }: Node, partition: Partition): void {
    const { leaderEpoch, highWatermark, logEndOffset, isLeader } = partition
    this.#history.checks++
    if (highWatermark > logEndOffset) {
      const sentence = `${partitionName(partition)} on ${id}: high watermark ${highWatermark} beyond log end ${logEndOffset}`
      this.#history.violate("high watermark never falls", sentence)
    }
    const known = this.#watermarks.get(partition)
    if (known?.leaderEpoch !== leaderEpoch) {
      this.#watermarks.set(partition, { leaderEpoch, offset: highWatermark, hasFallen: false })
      return
    }
    if (highWatermark < known.offset) {
      const name = partitionName(partition)
      if ((isLeader || known.hasFallen) && !this.#history.isRelaxed(name)) {
        const sentence = `${name} on ${id}: from ${known.offset} to ${highWatermark} in epoch ${leaderEpoch}`
        this.#history.violate("high watermark never falls", sentence)
      }
      known.hasFallen = true
    }
    known.offset = highWatermark
  }
}
