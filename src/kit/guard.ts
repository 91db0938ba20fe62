import type { Admin, Producer } from "kafkajs"
import type { KernelCluster } from "../contract/kernel"

/** The reader's own prefix, or the connection's "read only", forbids it. */
export class GuardError extends Error {
  override readonly name = "GuardError"
}

/** A producer of a read-only connection refuses to send. */
export function guardProducer(producer: Producer, cluster: KernelCluster): Producer {
  if (!cluster.readOnly) return producer
  const refuse = async (): Promise<never> => {
    throw new GuardError("This connection is read-only: nothing is written through it.")
  }
  return { ...producer, send: refuse, sendBatch: refuse, transaction: refuse, sendOffsets: refuse } as Producer
}

const writing = [
  "createTopics",
  "deleteTopics",
  "createPartitions",
  "deleteTopicRecords",
  "deleteGroups",
  "resetOffsets",
  "setOffsets",
  "alterConfigs",
  "createAcls",
  "deleteAcls",
  "alterPartitionReassignments",
] as const satisfies readonly (keyof Admin)[]

/** On a cluster that others use, a lesson deletes only what carries the reader's prefix. */
export function guardAdmin(admin: Admin, cluster: KernelCluster): Admin {
  if (cluster.kind === "embedded") return admin
  if (cluster.readOnly) {
    const refuse = async (): Promise<never> => {
      throw new GuardError("This connection is read-only: nothing is changed through it.")
    }
    return { ...admin, ...Object.fromEntries(writing.map((name) => [name, refuse])) } as Admin
  }
  const mine = (names: readonly string[]) => {
    const foreign = names.find((name) => !name.startsWith(cluster.prefix))
    if (foreign === undefined) return
    throw new GuardError(
      `"${foreign}" is not yours: on this cluster only what begins with "${cluster.prefix}" is changed.`,
    )
  }
  return {
    ...admin,
    deleteTopics: async (options) => {
      mine(options.topics)
      return admin.deleteTopics(options)
    },
    deleteTopicRecords: async (options) => {
      mine([options.topic])
      return admin.deleteTopicRecords(options)
    },
    deleteGroups: async (groups) => {
      mine(groups)
      return admin.deleteGroups(groups)
    },
  }
}
