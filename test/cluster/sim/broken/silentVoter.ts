import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { Raft } from "../../../../src/cluster/state/quorum/raft"

/** No voter ever stands for election. */
class SilentVoter extends Raft {
  override becomeProspective(): void {}
  override becomeCandidate(): void {}
}

export const silentVoter: Replacements = { parts: { newRaft: (setup) => new SilentVoter(setup) } }
