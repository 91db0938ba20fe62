import type { Replacements } from "../../../../src/cluster/sim/replacements"
import type { Group } from "../../../../src/cluster/state/group/groupContext"
import { GroupShard } from "../../../../src/cluster/state/group/groupShard"

/** Two owners: a group of the consumer protocol hands a partition on while its last owner is still giving it up. */
class CarelessShard extends GroupShard {
  override readonly groups = new CarelessGroups()
}

class CarelessGroups extends Map<string, Group> {
  override set(groupId: string, group: Group): this {
    if (group.kind === "consumer") group.ownerOf = () => undefined
    return super.set(groupId, group)
  }
}

export const sharedPartitions: Replacements = { parts: { newGroupShard: (options) => new CarelessShard(options) } }
