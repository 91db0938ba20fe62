/** Metadata images made of records, and decisions carried out on them. */
import type { Random } from "../../../src/cluster/random"
import type { ControllerState, Decision } from "../../../src/cluster/state/controller/controllerState"
import { applyRecord } from "../../../src/cluster/state/metadata/applyRecord"
import { ImageChanges } from "../../../src/cluster/state/metadata/imageChanges"
import { MetadataImage } from "../../../src/cluster/state/metadata/metadataImage"
import type { MetadataRecord } from "../../../src/cluster/state/metadata/metadataRecord"
import { NodeConfig } from "../../../src/cluster/state/nodeConfig"

export function countingRandom(): Random {
  let count = 0
  return { next: () => 0.5, bytes: (length) => Buffer.alloc(length, ++count) }
}

/** The little of a controller that the rules under test look at. */
export function controllerOf(image: MetadataImage): ControllerState {
  const state: Pick<ControllerState, "image" | "random"> = { image, random: countingRandom() }
  return state as ControllerState
}

export function emptyImage(): MetadataImage {
  return new MetadataImage("cluster")
}

export function apply(image: MetadataImage, records: readonly MetadataRecord[]): void {
  for (const record of records) applyRecord(image, record, new ImageChanges())
}

/** Appends what was decided, and gives the answer. */
export function carryOut<Response>(image: MetadataImage, { records, response }: Decision<Response>): Response {
  apply(image, records)
  return response
}

export function configOf(image: MetadataImage, configs: Readonly<Record<string, string>>): NodeConfig {
  return new NodeConfig(1, new Map(Object.entries(configs)), image)
}
