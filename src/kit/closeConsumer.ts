import type { Consumer, KafkaConfig } from "kafkajs"
import { createRequest, type Request } from "./request"

/**
 * What closes a consumer when its owner ends. One with a handler that goes on for longer than the given grace leaves
 * its group all the same: kafkajs would wait for the handler, and the group for a member that answers nothing. So does
 * one that still joins: that may take as long as the others of its group need to join with it.
 */
export function consumerCloser(
  consumer: Consumer,
  groupId: string,
  config: KafkaConfig,
): (graceMs?: number) => Promise<void> {
  let memberId: string | undefined
  const remember = ({ payload }: { payload: { memberId: string } }) => {
    memberId = payload.memberId
  }
  consumer.on(consumer.events.GROUP_JOIN, remember)
  // Ours (mendKafkajs.mjs), of a member that still joins; as a plain module the kit may run on kafkajs as it is.
  const { MEMBER_ID } = consumer.events as Consumer["events"] & { readonly MEMBER_ID?: "consumer.group_join" }
  if (MEMBER_ID !== undefined) consumer.on(MEMBER_ID, remember)
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
