import type { Replacements } from "../../../../src/cluster/sim/replacements"
import type { PartitionImage } from "../../../../src/cluster/state/metadata/imageEntries"
import { type NewPartition, Partition } from "../../../../src/cluster/state/replica/partition"

/** Brokers do not know the epoch of the leader that was elected, only the controller does. */
class FrozenEpochPartition extends Partition {
  override applyImage(image: PartitionImage): boolean {
    return super.applyImage({ ...image, leaderEpoch: FROZEN_EPOCH })
  }
}

const FROZEN_EPOCH = 0

/** The epoch is not bumped: every leader writes in the same one. The controller hears its own, so that ISRs go on changing. */
const newPartition: NewPartition = (context, image, ...rest) => {
  const honest = {
    ...context,
    get diskDelayMs() {
      return context.diskDelayMs
    },
    alterIsr: async (change: Parameters<typeof context.alterIsr>[0]) => {
      const known = context.metadata.partition(image.topic, image.index)
      const answer = await context.alterIsr({ ...change, leaderEpoch: known?.leaderEpoch ?? FROZEN_EPOCH })
      return answer && { ...answer, leaderEpoch: FROZEN_EPOCH }
    },
  }
  return new FrozenEpochPartition(honest, image, ...rest)
}

export const frozenEpochPartition: Replacements = { parts: { newPartition } }
