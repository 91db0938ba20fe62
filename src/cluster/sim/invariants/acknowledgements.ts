import { ErrorCode } from "../../../protocol/errorCodes"
import { kafkaParts, type Parts } from "../../parts"
import type { AppendOutcome, Partition } from "../../state/replica/partition"
import type { PartitionContext } from "../../state/replica/partitionContext"
import type { History } from "../history"
import { partitionName } from "../partitionName"

const ALL = -1

/** What a look at all brokers at once needs. */
interface Overview {
  readonly history: History
  /** The replicas of one partition that running brokers hold, by broker. */
  replicasOf(topic: string, index: number): ReadonlyMap<number, Partition>
}

/** The parts with leaders that are watched as they acknowledge: acks=all means min.insync.replicas logs, at that moment. */
export function watchAcknowledgements(parts: Partial<Parts>, world: Overview): Partial<Parts> {
  const { newPartition } = { ...kafkaParts, ...parts }
  return {
    ...parts,
    newPartition: (context, ...rest) => {
      const partition = newPartition(context, ...rest)
      const { appendAsLeader } = partition
      partition.appendAsLeader = async (batches, options) => {
        const outcome = await appendAsLeader.call(partition, batches, options)
        if (options.acks === ALL && outcome.errorCode === ErrorCode.None) check(world, context, partition, outcome)
        return outcome
      }
      return partition
    },
  }
}

/** What a broker holds that is down cannot be seen: it counts as if it had everything. */
function check(
  world: Overview,
  { config }: PartitionContext,
  { topic, index, replicas }: Partition,
  { lastOffset }: AppendOutcome,
): void {
  const { history } = world
  const name = partitionName({ topic, index })
  history.checks++
  const lacking = [...world.replicasOf(topic, index)].filter(([, { logEndOffset }]) => logEndOffset <= lastOffset)
  const minimum = Math.min(config.topicNumber(topic, "min.insync.replicas"), replicas.length)
  if (replicas.length - lacking.length >= minimum || history.isRelaxed(name)) return
  const sentence = `${name} ${lastOffset} was acknowledged without ${lacking.map(([id]) => id).join(" and ")}`
  history.violate("acknowledged records are on min.insync.replicas", sentence)
}
