import type { Replacements } from "../../../../src/cluster/sim/replacements"
import type { PartitionImage } from "../../../../src/cluster/state/metadata/imageEntries"
import { LeaderRole } from "../../../../src/cluster/state/replica/leaderRole"
import type { PartitionContext } from "../../../../src/cluster/state/replica/partitionContext"

/** The ISR never grows again: who fell out of it stays out. */
function closed(context: PartitionContext, image: PartitionImage): PartitionContext {
  return {
    ...context,
    get diskDelayMs() {
      return context.diskDelayMs
    },
    alterIsr: async (change) => {
      const isr = context.metadata.partition(image.topic, image.index)?.isr ?? image.isr
      return change.isr.length > isr.length ? new Promise(() => {}) : context.alterIsr(change)
    },
  }
}

export const closedIsr: Replacements = {
  parts: { newLeaderRole: (context, replica, image) => new LeaderRole(closed(context, image), replica, image) },
}
