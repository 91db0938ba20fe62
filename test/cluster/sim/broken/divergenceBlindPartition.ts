import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { type Divergence, Partition } from "../../../../src/cluster/state/replica/partition"

/** No truncation: the leader never tells a follower where their logs part, so the follower keeps what it has (against KIP-101). */
class DivergenceBlindPartition extends Partition {
  override divergence(): Divergence | undefined {
    return undefined
  }
}

export const divergenceBlindPartition: Replacements = {
  parts: { newPartition: (...all) => new DivergenceBlindPartition(...all) },
}
