import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { LeaderRole } from "../../../../src/cluster/state/replica/leaderRole"

/** The ISR never shrinks: a silent follower holds everybody up. */
class LoyalLeader extends LeaderRole {
  override shrinkIsr(): void {}
}

export const loyalLeader: Replacements = { parts: { newLeaderRole: (...all) => new LoyalLeader(...all) } }
