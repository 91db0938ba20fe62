import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { Raft } from "../../../../src/cluster/state/quorum/raft"

/** Two active controllers: a voter takes its own vote for a majority. */
class SelfElectedVoter extends Raft {
  override becomeProspective(): void {
    this.becomeCandidate()
    this.becomeLeader([this.setup.id])
  }
}

export const selfElectedVoter: Replacements = { parts: { newRaft: (setup) => new SelfElectedVoter(setup) } }
