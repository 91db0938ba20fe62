import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { GroupShard } from "../../../../src/cluster/state/group/groupShard"

/** A coordinator that takes over begins with nothing: it does not read what the last one wrote. */
const newGroupShard = (options: ConstructorParameters<typeof GroupShard>[0]): GroupShard =>
  new GroupShard({ ...options, log: { ...options.log, isCommitted: true, chunks: () => [] } })

export const forgetfulGroupShard: Replacements = { parts: { newGroupShard } }
