/** Kafka's server-side assignors (KIP-848): who is to have which partition. */
import { type Assignment, fromPairs, pairsOf } from "./assignment"

export interface AssignedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly topicIds: ReadonlySet<string>
  /** Its target so far, which a sticky assignor keeps where it can. */
  readonly target: Assignment
}

/** How many partitions each subscribed topic has, by topic id. */
export type PartitionCounts = ReadonlyMap<string, number>

export type Assignor = (members: readonly AssignedMember[], topics: PartitionCounts) => Map<string, Assignment>

export const assignors: ReadonlyMap<string, Assignor> = new Map([
  ["uniform", assignUniformly],
  ["range", assignRanges],
])

/**
 * Each topic's partitions in contiguous ranges, the first members with one more: equal partitions of topics with equal
 * counts and subscribers go to the same member. Kafka: RangeAssignor.
 */
function assignRanges(members: readonly AssignedMember[], topics: PartitionCounts): Map<string, Assignment> {
  const pairs = new Map<string, (readonly [string, number])[]>(members.map(({ memberId }) => [memberId, []]))
  const ordered = [...members].sort(byIdentity)
  for (const [topicId, count] of topics) {
    const subscribers = ordered.filter((member) => member.topicIds.has(topicId))
    const quota = Math.floor(count / subscribers.length)
    const extra = count % subscribers.length
    let next = 0
    subscribers.forEach(({ memberId }, index) => {
      const end = next + quota + (index < extra ? 1 : 0)
      for (; next < end; next++) pairs.get(memberId)?.push([topicId, next])
    })
  }
  return new Map([...pairs].map(([memberId, own]) => [memberId, fromPairs(own)]))
}

/** Static members first and by instance id, so that a new member id changes nothing. */
function byIdentity(a: AssignedMember, b: AssignedMember): number {
  if (a.instanceId !== null && b.instanceId !== null) return a.instanceId < b.instanceId ? -1 : 1
  if (a.instanceId !== null) return -1
  if (b.instanceId !== null) return 1
  return a.memberId < b.memberId ? -1 : 1
}

interface Load {
  readonly member: AssignedMember
  readonly pairs: Map<string, readonly [string, number]>
}

/**
 * All partitions as evenly as subscriptions admit, moving no more than that needs. Kafka: UniformAssignor; its two
 * builders are one here: with equal subscriptions the balance below is exact.
 */
function assignUniformly(members: readonly AssignedMember[], topics: PartitionCounts): Map<string, Assignment> {
  const loads = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1)).map(keepTarget(topics))
  const taken = new Set(loads.flatMap(({ pairs }) => [...pairs.keys()]))
  for (const [topicId, count] of topics) {
    const eligible = loads.filter(({ member }) => member.topicIds.has(topicId))
    for (let partition = 0; partition < count; partition++) {
      const key = `${topicId}/${partition}`
      if (!taken.has(key)) least(eligible)?.pairs.set(key, [topicId, partition])
    }
  }
  while (moveOne(loads)) {}
  return new Map(loads.map(({ member, pairs }) => [member.memberId, fromPairs(pairs.values())]))
}

function keepTarget(topics: PartitionCounts): (member: AssignedMember) => Load {
  const claimed = new Set<string>()
  return (member) => {
    const pairs = new Map<string, readonly [string, number]>()
    for (const [topicId, partition] of pairsOf(member.target)) {
      const key = `${topicId}/${partition}`
      const exists = partition < (topics.get(topicId) ?? 0)
      if (!exists || !member.topicIds.has(topicId) || claimed.has(key)) continue
      claimed.add(key)
      pairs.set(key, [topicId, partition])
    }
    return { member, pairs }
  }
}

/** Moves one partition to a member that has at least two fewer; each move lowers the unevenness, so moving ends. */
function moveOne(loads: readonly Load[]): boolean {
  const fullestFirst = [...loads].sort((a, b) => b.pairs.size - a.pairs.size)
  for (const from of fullestFirst) {
    for (const [key, pair] of [...from.pairs].reverse()) {
      const to = least(loads.filter(({ member }) => member.topicIds.has(pair[0])))
      if (!to || to.pairs.size + 2 > from.pairs.size) continue
      from.pairs.delete(key)
      to.pairs.set(key, pair)
      return true
    }
  }
  return false
}

function least(loads: readonly Load[]): Load | undefined {
  let smallest: Load | undefined
  for (const load of loads) if (!smallest || load.pairs.size < smallest.pairs.size) smallest = load
  return smallest
}
