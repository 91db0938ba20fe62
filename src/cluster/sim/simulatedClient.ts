import { metadata } from "../../protocol/api/03_metadata"
import { findCoordinator } from "../../protocol/api/10_findCoordinator"
import { ErrorCode } from "../../protocol/errorCodes"
import type { Api, RequestInput, ResponseOf } from "../../protocol/schema"
import { wait } from "../clock"
import { type Random, randomInteger } from "../random"
import type { History } from "./history"
import type { SimulatedWorld } from "./simulatedWorld"

export const REQUEST_TIMEOUT_MS = 4000
export const GROUP_KEY = 0
export const TRANSACTION_KEY = 1
/** In one of so many requests the connection breaks before the answer is there. */
const ANSWER_LOST_ONE_IN = 60
const METADATA_MAX_AGE_MS = 30_000
const BROKERS = 3

/** A client as the protocol sees it: it knows leaders from Metadata and coordinators from FindCoordinator, both may be stale. */
export class SimulatedClient {
  /** Set at the end: nothing new begins. */
  isOver = false
  readonly #leaders = new Map<string, number>()
  readonly #coordinators = new Map<string, number>()
  #topicIds = new Map<string, string>()
  #refreshedMs = Number.NEGATIVE_INFINITY

  constructor(
    readonly world: SimulatedWorld,
    readonly history: History,
    readonly random: Random,
    readonly name: string,
    readonly host: number,
  ) {}

  async request<A extends Api>(
    broker: number,
    api: A,
    version: number,
    body: RequestInput<A>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<ResponseOf<A> | undefined> {
    this.history.operations++
    const isAnswerLost = !this.isOver && this.chance(ANSWER_LOST_ONE_IN)
    const response = await this.world.ask(this.host, broker, api, version, body, timeoutMs)
    return isAnswerLost ? undefined : response
  }

  /** Where it takes the leader to be; -1: unknown. */
  async leaderOf(topic: string, index: number): Promise<number> {
    const isOld = this.world.clock.now() - this.#refreshedMs > METADATA_MAX_AGE_MS
    if (isOld || !this.#leaders.has(`${topic}-${index}`)) await this.refresh()
    return this.#leaders.get(`${topic}-${index}`) ?? -1
  }

  async topicId(topic: string): Promise<string | undefined> {
    if (!this.#topicIds.has(topic)) await this.refresh()
    return this.#topicIds.get(topic)
  }

  topicOf(topicId: string): string | undefined {
    return [...this.#topicIds].find(([, id]) => id === topicId)?.[0]
  }

  /** Asks any broker for the metadata of everything. */
  async refresh(): Promise<void> {
    const response = await this.request(this.anyBroker(), metadata, 12, { topics: null, allowAutoTopicCreation: false })
    if (!response) return
    this.#refreshedMs = this.world.clock.now()
    this.#leaders.clear()
    this.#topicIds = new Map(response.topics.flatMap(({ name, topicId }) => (name === null ? [] : [[name, topicId]])))
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, leaderId } of partitions) this.#leaders.set(`${name}-${partitionIndex}`, leaderId)
    }
  }

  /** -1 while none is known. */
  async coordinatorOf(keyType: number, key: string): Promise<number> {
    const known = this.#coordinators.get(`${keyType}-${key}`)
    if (known !== undefined) return known
    const response = await this.request(this.anyBroker(), findCoordinator, 4, { keyType, coordinatorKeys: [key] })
    const found = response?.coordinators[0]
    if (!found || found.errorCode !== ErrorCode.None) return -1
    this.#coordinators.set(`${keyType}-${key}`, found.nodeId)
    return found.nodeId
  }

  forgetCoordinator(keyType: number, key: string): void {
    this.#coordinators.delete(`${keyType}-${key}`)
  }

  /** A leader that did not answer, or that is none, is looked up again. */
  forgetLeaders(): void {
    this.#leaders.clear()
  }

  anyBroker(): number {
    return 1 + this.below(BROKERS)
  }

  below(bound: number): number {
    return randomInteger(this.random, bound)
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0
  }

  /** Between half as long and one and a half times as long. */
  pause(aboutMs: number): Promise<void> {
    return wait(this.world.clock, aboutMs / 2 + this.below(aboutMs))
  }

  note(line: string): void {
    this.history.note(`${this.name} ${line}`)
  }
}
