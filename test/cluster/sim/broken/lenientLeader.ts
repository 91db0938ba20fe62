import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { LeaderRole } from "../../../../src/cluster/state/replica/leaderRole"

/** min.insync.replicas is not enforced: the leader alone is enough. */
class LenientLeader extends LeaderRole {
  override get minIsr(): number {
    return 1
  }
}

export const lenientLeader: Replacements = { parts: { newLeaderRole: (...all) => new LenientLeader(...all) } }
