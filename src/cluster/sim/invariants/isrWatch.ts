import type { Node } from "../../node"
import type { Partition } from "../../state/replica/partition"
import type { History } from "../history"
import { partitionName } from "../partitionName"
import type { SimulatedWorld } from "../simulatedWorld"

const WATCH_MS = 1000
/**
 * One and a half times replica.lag.time.max.ms, and once the time that a leader waits for a controller that was away
 * when it was asked.
 */
const LONGEST_SILENCE_MS = 16_000

interface Silence {
  readonly logEnd: number
  readonly sinceMs: number
}

/** Followers that make no progress while their leader does leave the ISR, where the leader can reach a controller. */
export class IsrWatch {
  readonly #world: SimulatedWorld
  readonly #history: History
  #silences = new Map<string, Silence>()
  readonly #skewMs = new Map<number, number>()
  isOver = false

  constructor(world: SimulatedWorld, history: History) {
    this.#world = world
    this.#history = history
  }

  begin(): void {
    this.#world.clock.setTimer(WATCH_MS, () => {
      if (this.isOver) return
      const before = this.#silences
      this.#silences = new Map()
      for (const node of this.#world.cluster.nodes.values()) if (this.#mayShrink(node)) this.#look(node, before)
      this.begin()
    })
  }

  #look({ id, broker }: Node, before: ReadonlyMap<string, Silence>): void {
    const nowMs = this.#world.clock.now()
    for (const partition of broker?.services.replicas.partitions ?? []) {
      if (!partition.isLeader) continue
      for (const follower of partition.isr) {
        const logEnd = partition.replicaLogEnds.get(follower) ?? -1
        if (follower === id || logEnd >= partition.logEndOffset) continue
        const key = `${id} ${broker?.epoch} ${partitionName(partition)} ${partition.leaderEpoch} ${follower}`
        const known = before.get(key)
        const silence = known?.logEnd === logEnd ? known : { logEnd, sinceMs: nowMs }
        this.#silences.set(key, silence)
        this.#check(partition, follower, nowMs - silence.sinceMs)
      }
    }
  }

  #check(partition: Partition, follower: number, silentMs: number): void {
    this.#history.checks++
    if (silentMs < LONGEST_SILENCE_MS || this.#history.isRelaxed(partitionName(partition))) return
    const sentence = `${follower} is in the ISR of ${partitionName(partition)} after ${silentMs} ms without progress, says ${partition.leaderId} in epoch ${partition.leaderEpoch}`
    this.#history.violate("silent followers leave the ISR", sentence)
  }

  /** It runs, its clock goes on as before, and a controller hears it that is heard by a majority. */
  #mayShrink({ id, state, broker }: Node): boolean {
    const { cluster, clock } = this.#world
    if (!broker || state !== "running") return false
    const skewMs = broker.services.clock.now() - clock.now()
    const isSteady = this.#skewMs.get(id) === skewMs
    this.#skewMs.set(id, skewMs)
    const nodes = [...cluster.nodes.values()]
    const [active] = nodes
      .filter((node) => node.state === "running" && node.controller?.isActive)
      .sort((one, other) => (other.raft?.epoch ?? 0) - (one.raft?.epoch ?? 0))
    if (!active || !isSteady || !this.#reaches(id, active.id)) return false
    const voters = nodes.filter(({ roles }) => roles.includes("controller"))
    const heard = voters.filter((voter) => voter.state === "running" && this.#reaches(voter.id, active.id))
    return heard.length > voters.length / 2
  }

  #reaches(one: number, other: number): boolean {
    return this.#world.links.faults()[one < other ? `${one}-${other}` : `${other}-${one}`] !== "cut"
  }
}
