import { allocateProducerIds } from "../../protocol/api/67_allocateProducerIds"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ControllerClient } from "./controllerClient"
import type { MetadataImage } from "./metadata/metadataImage"

/** Hands out producer ids on one broker, block by block from the controller (Kafka: RPCProducerIdManager). */
export class ProducerIds {
  readonly #brokerId: number
  readonly #controller: ControllerClient
  readonly #metadata: MetadataImage
  #next = 0
  #end = 0
  #request: Promise<ErrorCode> | undefined

  constructor(brokerId: number, controller: ControllerClient, metadata: MetadataImage) {
    this.#brokerId = brokerId
    this.#controller = controller
    this.#metadata = metadata
  }

  /** An id that no producer of this cluster had before, or why there is none now. */
  async next(): Promise<{ readonly producerId: number } | { readonly errorCode: ErrorCode }> {
    while (this.#next >= this.#end) {
      this.#request ??= this.#fetchBlock().finally(() => {
        this.#request = undefined
      })
      const errorCode = await this.#request
      if (errorCode !== ErrorCode.None) return { errorCode }
    }
    return { producerId: this.#next++ }
  }

  async #fetchBlock(): Promise<ErrorCode> {
    const brokerEpoch = this.#metadata.broker(this.#brokerId)?.epoch ?? -1
    const block = await this.#controller.request(allocateProducerIds, { brokerId: this.#brokerId, brokerEpoch })
    // Kafka: the client is to try again until the block has come.
    if (block === undefined || block.errorCode !== ErrorCode.None) return ErrorCode.CoordinatorLoadInProgress
    this.#next = block.producerIdStart
    this.#end = block.producerIdStart + block.producerIdLen
    return ErrorCode.None
  }
}
