import type { Replacements } from "../../../../src/cluster/sim/replacements"
import type { PartitionImage } from "../../../../src/cluster/state/metadata/imageEntries"
import { LeaderRole } from "../../../../src/cluster/state/replica/leaderRole"
import type { PartitionContext } from "../../../../src/cluster/state/replica/partitionContext"
import type { Replica } from "../../../../src/cluster/state/replica/replica"

/** The high watermark ignores the ISR: what the leader has counts as committed. */
class HastyLeader extends LeaderRole {
  readonly #replica: Replica

  constructor(context: PartitionContext, replica: Replica, image: PartitionImage) {
    super(context, replica, image)
    this.#replica = replica
  }

  override advance(): void {
    // The base class advances while it is made, before there is a field to look at.
    if (#replica in this) this.#replica.setHighWatermark(this.#replica.log.logEndOffset)
    super.advance()
  }
}

export const hastyLeader: Replacements = { parts: { newLeaderRole: (...all) => new HastyLeader(...all) } }
