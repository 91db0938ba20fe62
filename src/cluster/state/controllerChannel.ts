import type { Api, RequestInput, ResponseOf } from "../../protocol/schema"
import { type Clock, wait } from "../clock"
import { DEFAULT_LINK_TIMEOUT_MS, type ForwardedFor, type Links } from "../links"
import type { ControllerClient } from "./controllerClient"

const RETRY_MS = 20

/** Reaches the active controller over the links, and looks for it again when it moved (Kafka: NodeToControllerChannelManager). */
export class ControllerChannel implements ControllerClient {
  readonly #nodeId: number
  readonly #links: Links
  readonly #clock: Clock
  readonly #findLeader: () => number

  constructor(nodeId: number, links: Links, clock: Clock, findLeader: () => number) {
    this.#nodeId = nodeId
    this.#links = links
    this.#clock = clock
    this.#findLeader = findLeader
  }

  get leaderId(): number {
    return this.#findLeader()
  }

  async request<A extends Api>(
    api: A,
    body: RequestInput<A>,
    timeoutMs: number = DEFAULT_LINK_TIMEOUT_MS,
    forwardedFor?: ForwardedFor,
  ): Promise<ResponseOf<A> | undefined> {
    const deadlineMs = this.#clock.now() + timeoutMs
    for (;;) {
      const leaderId = this.leaderId
      const leftMs = deadlineMs - this.#clock.now()
      if (leftMs <= 0) return undefined
      if (leaderId >= 0) {
        const { versions } = api
        const response = await this.#links.send(this.#nodeId, leaderId, api, versions[1], body, leftMs, forwardedFor)
        if (response) return response
      }
      await wait(this.#clock, RETRY_MS)
    }
  }
}
