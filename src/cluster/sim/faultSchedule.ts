import { wait } from "../clock"
import type { Node } from "../node"
import { type Random, randomInteger } from "../random"
import type { History } from "./history"
import type { SimulatedWorld } from "./simulatedWorld"

export interface FaultOptions {
  readonly faults: number
  readonly durationMs: number
  /** Hosts of clients, whose links can be cut as well. */
  readonly hosts: readonly number[]
  /** Several machines may be down and lose data at once: more than what acks=all protects from. */
  readonly isReckless: boolean
}

const SECOND = 1000
const SHORTEST_MS = 2 * SECOND
const LONGEST_MS = 25 * SECOND
const MOST_SKEW_MS = 10 * SECOND
const MOST_DELAY_MS = 300
const BROKERS = 3

/** How often each kind of fault is drawn. */
const kinds = [
  ...Array<Fault>(5).fill("kill"),
  ...Array<Fault>(5).fill("power off"),
  ...Array<Fault>(2).fill("lose disk"),
  ...Array<Fault>(4).fill("pause"),
  ...Array<Fault>(4).fill("cut"),
  ...Array<Fault>(2).fill("slow"),
  ...Array<Fault>(2).fill("skew"),
  ...Array<Fault>(3).fill("cut client"),
] as const
type Fault = "kill" | "power off" | "lose disk" | "pause" | "cut" | "slow" | "skew" | "cut client"

/** What goes wrong when, for how long; faults overlap. One node suffers at a time, unless the schedule is reckless. */
export class FaultSchedule {
  readonly #world: SimulatedWorld
  readonly #history: History
  readonly #random: Random
  readonly #options: FaultOptions
  /** Nodes that are down or stopped, and links that are not in order; how to end each. */
  readonly #active = new Map<string, () => void>()
  /** The node that lost data and is not back in every ISR. */
  #wounded: number | undefined

  constructor(world: SimulatedWorld, history: History, random: Random, options: FaultOptions) {
    this.#world = world
    this.#history = history
    this.#random = random
    this.#options = options
  }

  /** Resolves when the time is over and every fault has ended. */
  async run(): Promise<void> {
    const { faults, durationMs } = this.#options
    const { clock } = this.#world
    const endMs = clock.now() + durationMs
    for (let left = faults; left > 0; left--) {
      const gapMs = (endMs - clock.now()) / (left + 1)
      await wait(clock, gapMs / 2 + this.#below(gapMs))
      // What cannot happen now gives way to something that can.
      while (!this.#inject(kinds[this.#below(kinds.length)] ?? "kill"));
    }
    await wait(clock, Math.max(0, endMs - clock.now()))
    for (const key of [...this.#active.keys()]) this.#end(key)
  }

  #inject(kind: Fault): boolean {
    const { links, clientLinks } = this.#world
    const id = 1 + this.#below(BROKERS)
    const other = 1 + ((id + this.#below(BROKERS - 1)) % BROKERS)
    const node = this.#world.cluster.nodes.get(id)
    if (!node) return false
    switch (kind) {
      case "kill":
        return this.#crash(node, kind, () => {})
      case "power off":
        return this.#mayLose(id) && this.#crash(node, kind, () => this.#powerOff(id))
      case "lose disk":
        return this.#mayLose(id) && this.#crash(node, kind, () => this.#loseDisk(node))
      case "pause":
        return (
          this.#mayStop(node) &&
          this.#begin(
            `node ${id}`,
            kind,
            () => node.pause(),
            () => node.resume(),
          )
        )
      case "cut":
        return this.#begin(
          linkName(id, other),
          kind,
          () => links.cut(id, other),
          () => links.heal(id, other),
        )
      case "slow": {
        const delayMs = 1 + this.#below(MOST_DELAY_MS)
        const what = `${kind} ${delayMs} ms`
        return this.#begin(
          linkName(id, other),
          what,
          () => links.delay(id, other, delayMs),
          () => links.heal(id, other),
        )
      }
      case "skew": {
        const skewMs = this.#below(2 * MOST_SKEW_MS) - MOST_SKEW_MS
        return this.#begin(
          `clock ${id}`,
          `skew ${skewMs} ms`,
          () => node.skewClock(skewMs),
          () => node.skewClock(0),
        )
      }
      case "cut client": {
        const host = this.#options.hosts[this.#below(this.#options.hosts.length)] ?? 0
        const name = `client ${host} to ${id}`
        return this.#begin(
          name,
          kind,
          () => clientLinks.cut(host, id),
          () => clientLinks.heal(host, id),
        )
      }
    }
  }

  #begin(key: string, what: string, begin: () => void, end: () => void): boolean {
    if (this.#active.has(key)) return false
    const forMs = SHORTEST_MS + this.#below(LONGEST_MS - SHORTEST_MS)
    this.#history.faults++
    this.#history.note(`FAULT ${what}: ${key} for ${forMs} ms`)
    begin()
    this.#active.set(key, end)
    this.#world.clock.setTimer(forMs, () => {
      if (this.#active.get(key) === end) this.#end(key)
    })
    return true
  }

  #end(key: string): void {
    const end = this.#active.get(key)
    this.#active.delete(key)
    this.#history.note(`HEALED ${key}`)
    end?.()
  }

  #crash(node: Node, kind: Fault, harm: () => void): boolean {
    if (!this.#mayStop(node)) return false
    return this.#begin(
      `node ${node.id}`,
      kind,
      () => {
        node.kill()
        harm()
      },
      () => {
        node.start().catch((error) => {
          this.#history.violate("the cluster recovers", `node ${node.id} does not start: ${String(error)}`)
        })
      },
    )
  }

  #powerOff(id: number): void {
    this.#world.disks.get(id)?.powerOff(() => this.#random.next())
    this.#noteLoss(id)
  }

  /** The log dir is gone. The metadata log of a voter is on another disk: a voter that forgets its vote may vote twice. */
  #loseDisk({ id, folder, roles }: Node): void {
    const kept = `${folder}/__cluster_metadata-0`
    const isVoter = roles.includes("controller")
    this.#world.disks.get(id)?.lose((path) => isVoter && (path === folder || path.startsWith(kept)))
    this.#noteLoss(id)
  }

  #noteLoss(id: number): void {
    if (this.#wounded !== undefined && this.#wounded !== id && !this.#isWhole(this.#wounded)) {
      this.#history.relax(undefined, `${id} lost data while ${this.#wounded} was not back`)
    }
    this.#wounded = id
  }

  /** Crashed or stopped: one at a time, two where the schedule is reckless. */
  #mayStop({ id }: Node): boolean {
    const stopped = [...this.#active.keys()].filter((key) => key.startsWith("node "))
    return stopped.length < (this.#options.isReckless ? 2 : 1) && !this.#active.has(`node ${id}`)
  }

  /** At most one replica of three has lost something that it has not got back. */
  #mayLose(id: number): boolean {
    if (this.#options.isReckless || this.#wounded === undefined || this.#wounded === id) return true
    return this.#isWhole(this.#wounded)
  }

  /** In the ISR of everything that it holds. */
  #isWhole(id: number): boolean {
    const { cluster } = this.#world
    const { state, broker } = cluster.nodes.get(id) ?? {}
    // Until it has registered anew, the metadata speak of its last life.
    if (state !== "running" || broker?.isFenced || broker?.epoch !== cluster.metadata.broker(id)?.epoch) return false
    return [...cluster.metadata.topics.values()].every(({ partitions }) =>
      partitions.every(({ replicas, isr }) => !replicas.includes(id) || isr.includes(id)),
    )
  }

  #below(bound: number): number {
    return randomInteger(this.#random, Math.max(1, Math.floor(bound)))
  }
}

function linkName(one: number, other: number): string {
  return one < other ? `link ${one}-${other}` : `link ${other}-${one}`
}
