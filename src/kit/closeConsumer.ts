import type { Consumer, KafkaConfig } from "kafkajs"
import { createRequest, type Request } from "./request"

/**
 * What closes a consumer when its owner ends. One with a handler that goes on for longer than the given grace leaves
 * its group all the same: kafkajs would wait for the handler, and the group for a member that answers nothing.
 */
export function consumerCloser(
  consumer: Consumer,
  groupId: string,
  config: KafkaConfig,
): (graceMs?: number) => Promise<void> {
  let memberId: string | undefined
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    memberId = payload.memberId
  })
  return async (graceMs) => {
    const disconnected = consumer.disconnect().then(() => "disconnected")
    if (graceMs === undefined) return void (await disconnected)
    const ended = await Promise.race([disconnected, after(graceMs)])
    if (ended === undefined && memberId !== undefined) {
      await leaveGroup(
        createRequest(() => config),
        groupId,
        memberId,
      )
    }
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref())
}

/** On a connection of its own, as a broker answers the requests of one connection in their order. */
async function leaveGroup(request: Request, groupId: string, memberId: string): Promise<void> {
  const found = await request("FindCoordinator", "latest", { key: groupId, keyType: 0, coordinatorKeys: [groupId] })
  // Before KIP-699 there was one coordinator in an answer.
  const [coordinator] = (found.coordinators as [{ nodeId: number }] | undefined) ?? [found as { nodeId: number }]
  // Before KIP-345 there was one member in a request.
  const members = [{ memberId, groupInstanceId: null, reason: "its owner ends" }]
  await request("LeaveGroup", "latest", { groupId, memberId, members }, { broker: coordinator.nodeId })
}
