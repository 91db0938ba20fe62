import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { Raft } from "../../../../src/cluster/state/quorum/raft"

/** Voters say that metadata are flushed which only the page cache has: a power failure takes them away. */
export const unflushedVoter: Replacements = {
  parts: {
    newRaft: (setup) => {
      const { log } = setup
      log.flush = async () => true
      Object.defineProperty(log, "flushedEnd", { get: () => log.endOffset })
      return new Raft(setup)
    },
  },
}
