import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { GroupShard } from "../../../../src/cluster/state/group/groupShard"
import { ErrorCode } from "../../../../src/protocol/errorCodes"

/** Offsets are acknowledged before they are replicated: a failover of the coordinator loses them. */
class HastyGroupShard extends GroupShard {
  override write(...[records, done, producer]: Parameters<GroupShard["write"]>): void {
    super.write(records, () => {}, producer)
    void Promise.resolve().then(() => done(ErrorCode.None))
  }
}

export const hastyGroupShard: Replacements = { parts: { newGroupShard: (options) => new HastyGroupShard(options) } }
