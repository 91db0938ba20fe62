import type { Random } from "../../random"
import { randomInteger } from "../../random"
import type { BrokerImage } from "../metadata/imageEntries"

/**
 * Spreads replicas over racks, and within a rack over brokers, each partition starting one further than the last;
 * brokers that are down come last in their rack (Kafka: StripedReplicaPlacer).
 * @returns a list of replicas per partition, the preferred leader first; or a sentence why it cannot be
 */
export function placeReplicas(
  brokers: readonly BrokerImage[],
  partitions: number,
  replicationFactor: number,
  random: Random,
): number[][] | string {
  if (replicationFactor > brokers.length) {
    return `The target replication factor of ${replicationFactor} cannot be reached because only ${brokers.length} broker(s) are registered.`
  }
  if (brokers.every(({ fenced }) => fenced)) return "All brokers are currently fenced."
  const racks = shuffle(racksOf(brokers, random), random)
  const start = randomInteger(random, brokers.length)
  return Array.from({ length: partitions }, (_, index) => placeOne(racks, start + index, replicationFactor))
}

interface Rack {
  readonly live: readonly number[]
  readonly fenced: readonly number[]
}

function racksOf(brokers: readonly BrokerImage[], random: Random): Rack[] {
  const racks = new Map<string, BrokerImage[]>()
  for (const broker of brokers) racks.set(broker.rack ?? "", [...(racks.get(broker.rack ?? "") ?? []), broker])
  return [...racks.values()].map((members) => ({
    live: shuffle(
      members.filter(({ fenced }) => !fenced).map(({ id }) => id),
      random,
    ),
    fenced: shuffle(
      members.filter(({ fenced }) => fenced).map(({ id }) => id),
      random,
    ),
  }))
}

function placeOne(racks: readonly Rack[], round: number, replicationFactor: number): number[] {
  // A leader must be live: racks without a live broker come last.
  const turned = rotate(racks, round)
  const ordered = [...turned.filter(({ live }) => live.length > 0), ...turned.filter(({ live }) => live.length === 0)]
  const turn = Math.floor(round / racks.length)
  const queues = ordered.map(({ live, fenced }) => [...rotate(live, turn), ...rotate(fenced, turn)])
  const replicas: number[] = []
  for (let depth = 0; replicas.length < replicationFactor; depth++) {
    for (const queue of queues) {
      const replica = queue[depth]
      if (replica !== undefined && replicas.length < replicationFactor) replicas.push(replica)
    }
  }
  return replicas
}

function rotate<T>(items: readonly T[], by: number): T[] {
  if (items.length === 0) return []
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = randomInteger(random, last + 1)
    const moved = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = moved
  }
  return shuffled
}
