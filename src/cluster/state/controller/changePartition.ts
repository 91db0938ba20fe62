import type { PartitionImage } from "../metadata/imageEntries"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { type ControllerState, effectiveMinIsr, hasElr, isActive } from "./controllerState"

export type Election = "clean" | "preferred" | "unclean"

/** What is wanted of a partition; what is left out stays. */
export interface PartitionTarget {
  readonly isr?: readonly number[]
  readonly replicas?: readonly number[]
  readonly removingReplicas?: readonly number[]
  readonly addingReplicas?: readonly number[]
  readonly leaderRecoveryState?: number
  readonly election?: Election
  /** A broker that came back from an unclean shutdown: what it had may be gone, so it is not eligible. */
  readonly uncleanShutdown?: number
  /** Who may lead; default: every active broker. */
  readonly isAcceptable?: (brokerId: number) => boolean
}

const NO_LEADER = -1
const RECOVERING = 1

/**
 * The one record that brings a partition to its target, electing a leader where it has none that may stay; undefined
 * when nothing changes. Kafka: PartitionChangeBuilder.
 */
export function changePartition(
  state: ControllerState,
  partition: PartitionImage,
  target: PartitionTarget,
): MetadataRecord | undefined {
  const wanted = completeReassignment(partition, {
    isr: target.isr ?? partition.isr,
    replicas: target.replicas ?? partition.replicas,
    removing: target.removingReplicas ?? partition.removingReplicas,
    adding: target.addingReplicas ?? partition.addingReplicas,
  })
  const isElrOn = hasElr(state.image)
  const minIsr = effectiveMinIsr(state.config, partition.topic, wanted.replicas.length)
  const eligible = isElrOn ? eligibleReplicas(partition, wanted, minIsr, target.uncleanShutdown) : partition
  const elected = elect(state, partition, wanted, { ...target, elr: eligible.elr })
  const after = seatLeader(partition, wanted.isr, eligible, elected, isElrOn)

  const leaderRecoveryState = elected.isUnclean
    ? RECOVERING
    : (target.leaderRecoveryState ?? partition.leaderRecoveryState)
  const hasLostReplica = partition.replicas.some((replica) => !wanted.replicas.includes(replica))
  const mustElect = elected.leader !== partition.leader || hasLostReplica
  const change = {
    ...(mustElect && { leader: elected.leader }),
    ...differing("isr", partition.isr, after.isr),
    ...differing("replicas", partition.replicas, wanted.replicas),
    ...differing("removingReplicas", partition.removingReplicas, wanted.removing),
    ...differing("addingReplicas", partition.addingReplicas, wanted.adding),
    ...differing("eligibleLeaderReplicas", partition.elr, after.elr),
    ...differing("lastKnownElr", partition.lastKnownElr, after.lastKnownElr),
    ...(leaderRecoveryState !== partition.leaderRecoveryState && { leaderRecoveryState }),
  }
  if (Object.keys(change).length === 0) return undefined
  return metadataRecord("PartitionChangeRecord", {
    topicId: partition.topicId,
    partitionId: partition.index,
    ...change,
  })
}

interface Wanted {
  readonly isr: readonly number[]
  readonly replicas: readonly number[]
  readonly removing: readonly number[]
  readonly adding: readonly number[]
}

/** Once every replica that is to stay is in sync, those to be removed go (Kafka: PartitionReassignmentReplicas). */
function completeReassignment(partition: PartitionImage, wanted: Wanted): Wanted {
  if (wanted.removing.length + wanted.adding.length === 0) return wanted
  const replicas = wanted.replicas.filter((replica) => !wanted.removing.includes(replica))
  const isr = wanted.isr.filter((replica) => replicas.includes(replica))
  const isInSync = isr.length > 0 && wanted.adding.every((replica) => isr.includes(replica))
  const isKept = replicas.some((replica) => isr.includes(replica)) && replicas.length > 0
  if (!isInSync || !isKept || partition.isr.length === 0) return wanted
  return { isr, replicas, removing: [], adding: [] }
}

interface Eligible {
  readonly elr: readonly number[]
  readonly lastKnownElr: readonly number[]
}

/**
 * Who left an ISR that is below its minimum still has everything that was committed. Kafka also keeps who was moved
 * away; such a one can never be elected, and hides the last known leader, who could (PartitionChangeBuilder).
 */
function eligibleReplicas(
  partition: PartitionImage,
  { isr, replicas }: Wanted,
  minIsr: number,
  uncleanShutdown: number | undefined,
): Eligible {
  if (isr.length >= minIsr) return { elr: [], lastKnownElr: [] }
  const candidates = [...new Set([...partition.elr, ...partition.isr])].filter(
    (replica) => replicas.includes(replica) && !isr.includes(replica),
  )
  return { elr: candidates.filter((replica) => replica !== uncleanShutdown), lastKnownElr: partition.lastKnownElr }
}

interface Elected {
  readonly leader: number
  readonly isUnclean: boolean
}

function elect(
  state: ControllerState,
  partition: PartitionImage,
  { isr, replicas }: Wanted,
  { election = "clean", isAcceptable, elr }: PartitionTarget & { readonly elr: readonly number[] },
): Elected {
  const acceptable = isAcceptable ?? ((brokerId: number) => isActive(state.image, brokerId))
  // Who is eligible has what was committed; but as long as somebody is in sync, that one leads.
  const candidates = isr.length > 0 ? isr : elr
  const mayLead = (replica: number) => candidates.includes(replica) && acceptable(replica)
  const clean = (leader: number): Elected => ({ leader, isUnclean: false })

  const preferred = replicas[0]
  if (election === "preferred" && preferred !== undefined && mayLead(preferred)) return clean(preferred)
  if (mayLead(partition.leader) && replicas.includes(partition.leader)) return clean(partition.leader)
  const next = replicas.find(mayLead)
  if (next !== undefined) return clean(next)
  // KIP-966: with nobody eligible, the last leader is the best there is, and it is the operator's only safe hope.
  const [lastLeader, ...others] = partition.lastKnownElr
  const isBalanced = elr.length === 0 && isr.length === 0 && others.length === 0
  if (lastLeader !== undefined && isBalanced && acceptable(lastLeader)) return { leader: lastLeader, isUnclean: true }
  const unclean = election === "unclean" ? replicas.find(acceptable) : undefined
  return unclean === undefined ? clean(NO_LEADER) : { leader: unclean, isUnclean: true }
}

function seatLeader(
  partition: PartitionImage,
  isr: readonly number[],
  { elr, lastKnownElr }: Eligible,
  { leader, isUnclean }: Elected,
  isElrOn: boolean,
): { isr: readonly number[] } & Eligible {
  if (isUnclean) return { isr: [leader], elr: [], lastKnownElr: [] }
  if (elr.includes(leader)) {
    return { isr: [leader], elr: elr.filter((replica) => replica !== leader), lastKnownElr: [] }
  }
  // Without eligible leader replicas the last of the ISR stays in it, so that it may lead again.
  if (isr.length === 0 && !isElrOn) return { isr: partition.isr, elr, lastKnownElr }
  const isLeaderless = isr.length === 0 && partition.isr.length > 0
  return { isr, elr, lastKnownElr: isLeaderless ? [partition.leader] : lastKnownElr }
}

function differing(
  name: string,
  before: readonly number[],
  after: readonly number[],
): Record<string, readonly number[]> {
  const isSame = before.length === after.length && before.every((replica, index) => replica === after[index])
  return isSame ? {} : { [name]: after }
}
