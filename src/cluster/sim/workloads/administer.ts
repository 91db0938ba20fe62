import { createTopics } from "../../../protocol/api/19_createTopics"
import { deleteTopics } from "../../../protocol/api/20_deleteTopics"
import { createPartitions } from "../../../protocol/api/37_createPartitions"
import { electLeaders } from "../../../protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../protocol/api/44_incrementalAlterConfigs"
import { alterPartitionReassignments } from "../../../protocol/api/45_alterPartitionReassignments"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import type { SimulatedClient } from "../simulatedClient"
import { LEDGER, LEDGER_PARTITIONS, LOOSE } from "./workload"

const TIMEOUT_MS = 8000
const BROKERS = 3
const LIVING_TOPICS = 3
const TOPIC_RESOURCE = 2
const SET = 0
const PREFERRED = 0

/** What an administrator was told: an answer that never came leaves both possible. */
type Fate = "there" | "gone" | "unknown"

/** An administrator who never rests; knows in the end which topics must be there. */
export class Administrator {
  readonly topics = new Map<string, Fate>()
  readonly #client: SimulatedClient
  #count = 0

  constructor(client: SimulatedClient) {
    this.#client = client
  }

  async work(): Promise<void> {
    const client = this.#client
    while (!client.isOver) {
      await this.#act()
      await client.pause(9000)
    }
  }

  /** Holds what was told against the metadata of the end. */
  judge(): void {
    const { history, world } = this.#client
    for (const [name, fate] of this.topics) {
      history.checks++
      const isThere = world.cluster.metadata.topic(name) !== undefined
      if (fate === "unknown" || isThere === (fate === "there")) continue
      history.violate("acknowledged metadata is kept", `${name} ought to be ${fate}`)
    }
  }

  #act(): Promise<void> {
    const client = this.#client
    const living = [...this.topics].filter(([, fate]) => fate === "there").map(([name]) => name)
    const topic = living[client.below(Math.max(1, living.length))]
    switch (client.below(7)) {
      case 0:
        return this.#elect()
      case 1:
        return this.#reassign(LEDGER, client.below(LEDGER_PARTITIONS), BROKERS)
      case 2:
        return topic ? this.#reassign(topic, 0, 2) : this.#reassign(LOOSE, 0, 2)
      case 3:
        return topic ? this.#addPartition(topic) : this.#create()
      case 4:
        return this.#alterConfigs(topic ?? LEDGER)
      default:
        return topic && living.length >= LIVING_TOPICS ? this.#delete(topic) : this.#create()
    }
  }

  async #create(): Promise<void> {
    const client = this.#client
    const name = `scratch-${this.#count++}`
    const topics = [{ name, numPartitions: 1 + client.below(2), replicationFactor: 2 + client.below(2) }]
    this.topics.set(name, "unknown")
    const response = await client.request(client.anyBroker(), createTopics, 7, { topics, timeoutMs: TIMEOUT_MS })
    const errorCode = this.#note(`creates ${name}`, response?.topics[0]?.errorCode)
    if (errorCode === ErrorCode.None) this.topics.set(name, "there")
  }

  async #delete(name: string): Promise<void> {
    const client = this.#client
    this.topics.set(name, "unknown")
    const body = { topics: [{ name }], timeoutMs: TIMEOUT_MS }
    const response = await client.request(client.anyBroker(), deleteTopics, 6, body)
    const errorCode = this.#note(`deletes ${name}`, response?.responses[0]?.errorCode)
    if (errorCode === ErrorCode.None) this.topics.set(name, "gone")
  }

  async #addPartition(name: string): Promise<void> {
    const client = this.#client
    const count = (client.world.cluster.metadata.topic(name)?.partitions.length ?? 1) + 1
    const body = { topics: [{ name, count, assignments: null }], timeoutMs: TIMEOUT_MS }
    const response = await client.request(client.anyBroker(), createPartitions, 3, body)
    this.#note(`gives ${name} ${count} partitions`, response?.results[0]?.errorCode)
  }

  async #alterConfigs(resourceName: string): Promise<void> {
    const client = this.#client
    const value = String(60_000 * (1 + client.below(4)))
    const configs = [{ name: "segment.ms", configOperation: SET, value }]
    const resources = [{ resourceType: TOPIC_RESOURCE, resourceName, configs }]
    const response = await client.request(client.anyBroker(), incrementalAlterConfigs, 1, { resources })
    this.#note(`sets segment.ms of ${resourceName} to ${value}`, response?.responses[0]?.errorCode)
  }

  async #reassign(name: string, partitionIndex: number, factor: number): Promise<void> {
    const client = this.#client
    const first = client.below(BROKERS)
    const step = 1 + client.below(2)
    const replicas = Array.from({ length: factor }, (_, position) => 1 + ((first + position * step) % BROKERS))
    const topics = [{ name, partitions: [{ partitionIndex, replicas }] }]
    const body = { topics, timeoutMs: TIMEOUT_MS }
    const response = await client.request(client.anyBroker(), alterPartitionReassignments, 0, body)
    const answered = response && (response.errorCode || response.responses[0]?.partitions[0]?.errorCode)
    this.#note(`moves ${name}-${partitionIndex} to ${replicas.join()}`, answered)
  }

  async #elect(): Promise<void> {
    const client = this.#client
    const topicPartitions = [{ topic: LEDGER, partitions: [client.below(LEDGER_PARTITIONS)] }]
    const body = { electionType: PREFERRED, topicPartitions, timeoutMs: TIMEOUT_MS }
    const response = await client.request(client.anyBroker(), electLeaders, 2, body)
    const result = response?.replicaElectionResults[0]?.partitionResult[0]?.errorCode
    this.#note(`elects the preferred leader of ${LEDGER}`, response && (response.errorCode || result))
  }

  #note(deed: string, answered: number | undefined): ErrorCode {
    const errorCode = (answered ?? ErrorCode.NetworkException) as ErrorCode
    this.#client.note(`${deed}: ${errorName(errorCode)}`)
    return errorCode
  }
}
