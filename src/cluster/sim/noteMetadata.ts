import type { History } from "./history"
import { partitionName } from "./partitionName"
import type { SimulatedWorld } from "./simulatedWorld"

/** LeaderRecoveryState.RECOVERING: the leader was elected uncleanly. */
const RECOVERING = 1

/** Writes down what the controllers decide, and where that ends a promise. */
export function noteMetadata({ cluster }: SimulatedWorld, history: History): void {
  cluster.onEvent(({ type, topic, partition, node, fields }) => {
    const where = partition === undefined ? (topic ?? `node ${node}`) : `${topic}-${partition}`
    history.note(`${type} ${where} ${JSON.stringify(fields)}`)
    if (type === "leaderElected" && Number(fields.leaderEpoch) > 0) history.cover("leader change")
    if (type === "isrShrunk") history.cover("ISR shrink")
    if (type !== "leaderElected" || topic === undefined || partition === undefined) return
    const image = cluster.metadata.partition(topic, partition)
    if (image?.leaderRecoveryState !== RECOVERING) return
    const isCoordinators = topic.startsWith("__")
    const name = isCoordinators ? topic : partitionName({ topic, index: partition })
    history.relax(name, `unclean election of ${image.leader}`)
  })
}
