/** Partitions by topic id; topics and partitions are in order, so that equal assignments are deeply equal. */
export type Assignment = ReadonlyMap<string, readonly number[]>

/** As requests, responses and records carry it. */
export type WireAssignment = readonly { readonly topicId: string; readonly partitions: readonly number[] }[]

export const nothing: Assignment = new Map()

export function fromWire(wire: WireAssignment): Assignment {
  return fromPairs(
    wire.flatMap(({ topicId, partitions }) => partitions.map((partition) => [topicId, partition] as const)),
  )
}

export function toWire(assignment: Assignment): { topicId: string; partitions: readonly number[] }[] {
  return [...assignment].map(([topicId, partitions]) => ({ topicId, partitions }))
}

export function fromPairs(pairs: Iterable<readonly [topicId: string, partition: number]>): Assignment {
  const topics = new Map<string, Set<number>>()
  for (const [topicId, partition] of pairs) {
    const known = topics.get(topicId)
    if (known) known.add(partition)
    else topics.set(topicId, new Set([partition]))
  }
  const sorted = [...topics].sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(sorted.map(([topicId, partitions]) => [topicId, [...partitions].sort((a, b) => a - b)]))
}

export function* pairsOf(assignment: Assignment): Generator<readonly [topicId: string, partition: number]> {
  for (const [topicId, partitions] of assignment) for (const partition of partitions) yield [topicId, partition]
}

export function includes(assignment: Assignment, topicId: string, partition: number): boolean {
  return assignment.get(topicId)?.includes(partition) ?? false
}

export function union(a: Assignment, b: Assignment): Assignment {
  return fromPairs([...pairsOf(a), ...pairsOf(b)])
}

export function intersection(a: Assignment, b: Assignment): Assignment {
  return fromPairs([...pairsOf(a)].filter(([topicId, partition]) => includes(b, topicId, partition)))
}

export function difference(a: Assignment, b: Assignment): Assignment {
  return fromPairs([...pairsOf(a)].filter(([topicId, partition]) => !includes(b, topicId, partition)))
}

export function isSubset(a: Assignment, b: Assignment): boolean {
  return difference(a, b).size === 0
}

export function equal(a: Assignment, b: Assignment): boolean {
  return a === b || (isSubset(a, b) && isSubset(b, a))
}
