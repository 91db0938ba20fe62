import { handlers } from "../../../src/cluster/api"
import { Cluster } from "../../../src/cluster/cluster"
import { fillDefaults } from "../../../src/cluster/fillDefaults"
import type { Services } from "../../../src/cluster/handler"
import { ProcessLinks } from "../../../src/cluster/links"
import type { NodeListeners } from "../../../src/cluster/node"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { SeededRandom } from "../../../src/cluster/sim/seededRandom"
import { VirtualClock } from "../../../src/cluster/sim/virtualClock"
import { RequestAccess } from "../../../src/cluster/state/access"
import type { Partition } from "../../../src/cluster/state/replica/partition"
import { produce } from "../../../src/protocol/api/00_produce"
import { fetch } from "../../../src/protocol/api/01_fetch"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { errorName } from "../../../src/protocol/errorCodes"
import { batchesOf, decodeRecords, encodeBatch } from "../../../src/protocol/recordBatch"
import type { Api, RequestInput, RequestOf, ResponseOf } from "../../../src/protocol/schema"

const NEVER = new AbortController().signal

/** A cluster on virtual time and memory disks, reached through its handlers without sockets. */
export class VirtualCluster {
  readonly clock = new VirtualClock()
  readonly links = new ProcessLinks(this.clock)
  readonly disks: Map<number, MemoryDisk>
  readonly events: string[] = []
  readonly cluster: Cluster

  constructor(
    options: {
      brokers?: number
      controllers?: number
      configs?: Record<string, string>
      racks?: readonly string[]
      seed?: number
      disks?: Map<number, MemoryDisk>
    } = {},
  ) {
    const { brokers = 3, controllers = 1, configs = {}, racks = [], seed = 1 } = options
    this.disks = options.disks ?? new Map()
    const nodes = Array.from({ length: brokers }, (_, index) => {
      const id = index + 1
      const disk = this.disks.get(id) ?? new MemoryDisk()
      this.disks.set(id, disk)
      const roles = id <= controllers ? (["broker", "controller"] as const) : (["broker"] as const)
      const rack = racks[index]
      return { id, roles, disk, folder: "data", ...(rack !== undefined && { rack }) }
    })
    this.cluster = new Cluster({
      clusterId: "4L6g3nShT-eMCtK--X86sw",
      nodes,
      configs: new Map(Object.entries(configs)),
      clock: this.clock,
      random: new SeededRandom(seed),
      links: this.links,
      handlers: new Map(handlers.map((handler) => [handler.api.key, handler])),
      openListeners: async ({ id }) => listeners(id),
    })
    this.cluster.onEvent(({ type, topic, partition, node, fields }) => {
      const where = topic === undefined ? `node ${node}` : partition === undefined ? topic : `${topic}-${partition}`
      this.events.push(`${type} ${where} ${JSON.stringify(fields)}`)
    })
  }

  async start(): Promise<this> {
    await this.clock.settle(this.cluster.start())
    return this
  }

  node(id: number) {
    const node = this.cluster.nodes.get(id)
    if (!node) throw new Error(`no node ${id}`)
    return node
  }

  /** One request to one broker, with the defaults of its schema filled in. */
  async request<A extends Api>(
    id: number,
    api: A,
    body: RequestInput<A>,
    version: number = api.versions[1],
  ): Promise<ResponseOf<A>> {
    return this.clock.settle(this.ask(id, api, body, version))
  }

  /** As `request`, and time does not pass. */
  async ask<A extends Api>(
    id: number,
    api: A,
    body: RequestInput<A>,
    version: number = api.versions[1],
  ): Promise<ResponseOf<A>> {
    const broker = this.node(id).broker
    if (!broker) throw new Error(`broker ${id} is down`)
    const handler = handlers.find((each) => each.api.key === api.key)
    if (!handler) throw new Error(`${api.name} has no handler`)
    const services: Services = {
      ...broker.services,
      version,
      correlationId: 0,
      acl: RequestAccess.everything,
      connection: {
        principal: "User:ANONYMOUS",
        clientId: "test",
        host: "127.0.0.1",
        listener: "PLAINTEXT",
        closed: NEVER,
        close: () => {},
      } as unknown as Services["connection"],
    }
    const response = await handler.handle(fillDefaults(api.request, body) as RequestOf<A>, services)
    return fillDefaults(api.response, response ?? {}) as ResponseOf<A>
  }

  async createTopic(
    name: string,
    replicas: readonly (readonly number[])[],
    configs: Record<string, string> = {},
  ): Promise<void> {
    const response = await this.request(this.anyBroker(), createTopics, {
      topics: [
        {
          name,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        },
      ],
    })
    const { errorCode, errorMessage } = response.topics[0] ?? { errorCode: -1, errorMessage: "no answer" }
    if (errorCode !== 0) throw new Error(`${errorName(errorCode)}: ${errorMessage}`)
    await this.clock.advance(0)
  }

  anyBroker(): number {
    for (const { id, broker, state } of this.cluster.nodes.values()) if (broker && state === "running") return id
    throw new Error("no broker runs")
  }

  image(topic: string, index = 0) {
    const image = this.cluster.metadata.partition(topic, index)
    if (!image) throw new Error(`no ${topic}-${index}`)
    const { leader, leaderEpoch, isr, elr } = image
    return { leader, leaderEpoch, isr: [...isr].sort(), elr }
  }

  partition(id: number, topic: string, index = 0): Partition {
    const found = this.node(id).broker?.services.replicas.partition(topic, index)
    if (typeof found !== "object") throw new Error(`broker ${id}: ${errorName(found ?? -1)}`)
    return found
  }

  /** `[log start, high watermark, log end]` of a replica. */
  offsets(id: number, topic: string, index = 0): readonly [number, number, number] {
    const { logStartOffset, highWatermark, logEndOffset } = this.partition(id, topic, index)
    return [logStartOffset, highWatermark, logEndOffset]
  }

  send(
    topic: string,
    value: string,
    { acks = -1, timeoutMs = 30_000, index = 0, to = this.image(topic, index).leader } = {},
  ) {
    const records = encodeBatch({ records: [{ value: Buffer.from(value), timestamp: this.clock.now() }] })
    const body = {
      acks,
      timeoutMs,
      topicData: [
        { name: topic, topicId: this.cluster.metadata.topic(topic)?.id ?? "", partitionData: [{ index, records }] },
      ],
    }
    return this.ask(to, produce, body, 12).then((response) => {
      const { errorCode = -1, baseOffset = -1 } = response.responses[0]?.partitionResponses[0] ?? {}
      return errorCode === 0 ? baseOffset : errorName(errorCode)
    })
  }

  async sendAndWait(topic: string, value: string, options: Parameters<VirtualCluster["send"]>[2] = {}) {
    return this.clock.settle(this.send(topic, value, options))
  }

  /** Everything that a consumer sees from an offset on. */
  async consume(
    topic: string,
    { offset = 0, index = 0, from = this.image(topic, index).leader, maxWaitMs = 0 } = {},
  ): Promise<string[]> {
    const response = await this.request(from, fetch, {
      maxWaitMs,
      minBytes: 1,
      sessionEpoch: -1,
      topics: [
        {
          topicId: this.cluster.metadata.topic(topic)?.id ?? "",
          partitions: [{ partition: index, fetchOffset: offset, partitionMaxBytes: 1 << 20 }],
        },
      ],
    })
    const answer = response.responses[0]?.partitions[0]
    if (answer?.errorCode !== 0) return [errorName(answer?.errorCode ?? response.errorCode)]
    const batches = answer.records ? [...batchesOf(answer.records)] : []
    return batches.flatMap((batch) => decodeRecords(batch).map(({ value }) => value?.toString() ?? ""))
  }
}

function listeners(id: number): NodeListeners {
  return {
    endpoints: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 19_091 + id, securityProtocol: 0 }],
    pause: () => {},
    resume: () => {},
    close: async () => {},
    destroy: () => {},
  }
}
