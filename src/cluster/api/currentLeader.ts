import type { Services } from "../handler"

/** Where a partition is led now, for the answer to a client that asked the wrong broker (KIP-951). */
export function currentLeader(
  topic: string,
  index: number,
  { metadata }: Pick<Services, "metadata">,
): { leaderId: number; leaderEpoch: number } | undefined {
  const partition = metadata.partition(topic, index)
  return partition && { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch }
}

/** The addresses of those brokers that live, on the listener that the client came in by. */
export function nodeEndpoints(brokerIds: readonly number[], { connection, metadata }: Services) {
  return [...new Set(brokerIds)].flatMap((id) => {
    const broker = metadata.isLive(id) ? metadata.broker(id) : undefined
    const endpoint = broker?.endpoints.find(({ name }) => name === connection.listener)
    return endpoint ? [{ nodeId: id, host: endpoint.host, port: endpoint.port, rack: broker?.rack ?? null }] : []
  })
}
