import type { Replacements } from "../../../../src/cluster/sim/replacements"
import type { PartitionImage } from "../../../../src/cluster/state/metadata/imageEntries"
import { LeaderRole } from "../../../../src/cluster/state/replica/leaderRole"
import type { PartitionContext } from "../../../../src/cluster/state/replica/partitionContext"
import type { Replica } from "../../../../src/cluster/state/replica/replica"

/** With every other ISR the high watermark begins anew, and waits for the next fetch of each follower. */
class AmnesicLeader extends LeaderRole {
  readonly #replica: Replica

  constructor(context: PartitionContext, replica: Replica, image: PartitionImage) {
    super(context, replica, image)
    this.#replica = replica
  }

  override update(image: PartitionImage): void {
    const before = this.isr
    super.update(image)
    if (this.isr !== before) this.#replica.setHighWatermark(this.#replica.log.logStartOffset)
  }
}

export const amnesicLeader: Replacements = { parts: { newLeaderRole: (...all) => new AmnesicLeader(...all) } }
