import {
  type Assignment,
  fromWire,
  intersection,
  nothing,
  toWire,
} from "../../../src/cluster/state/group/consumer/assignment"
import type { ConsumerHeartbeat } from "../../../src/cluster/state/group/consumer/checkHeartbeat"
import { ConsumerGroup } from "../../../src/cluster/state/group/consumer/consumerGroup"
import { type HeartbeatAnswer, heartbeatConsumerGroup } from "../../../src/cluster/state/group/consumer/heartbeat"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { type CoordinatorRig, park, settle } from "./coordinatorRig"

export const GROUP = "readers"

/** A consumer of KIP-848: gives up at once what it is not told to keep, and joins anew when it is fenced. */
export class ConsumerClient {
  epoch = 0
  owned: Assignment = nothing

  constructor(
    private readonly rig: CoordinatorRig,
    readonly memberId: string,
    private readonly subscription: Partial<ConsumerHeartbeat>,
  ) {}

  get group(): ConsumerGroup {
    const group = this.rig.shard.groups.get(GROUP)
    if (!(group instanceof ConsumerGroup)) throw new Error("no consumer group")
    return group
  }

  /** Sends a heartbeat and takes its answer over. */
  async heartbeat(overrides: Partial<ConsumerHeartbeat> = {}): Promise<HeartbeatAnswer> {
    const joins = this.epoch === 0
    const request: ConsumerHeartbeat = {
      groupId: GROUP,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: joins ? 60_000 : -1,
      subscribedTopicNames: null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: toWire(this.owned),
      ...(joins ? this.subscription : {}),
      ...(this.subscription.instanceId === undefined ? {} : { instanceId: this.subscription.instanceId }),
      ...overrides,
    }
    const parked = park<HeartbeatAnswer>((reply) =>
      heartbeatConsumerGroup(this.rig.shard, request, { clientId: "c", clientHost: "/127.0.0.1", version: 1 }, reply),
    )
    await settle()
    const { answer } = parked
    if (!answer) throw new Error("not answered")
    this.take(answer)
    return answer
  }

  private take(answer: HeartbeatAnswer): void {
    switch (answer.errorCode) {
      case ErrorCode.None:
        this.epoch = answer.memberEpoch
        if (answer.assignment) this.owned = fromWire(answer.assignment.topicPartitions)
        return
      case ErrorCode.UnknownMemberId:
      case ErrorCode.FencedMemberEpoch:
      case ErrorCode.GroupIdNotFound:
        this.epoch = 0
        this.owned = nothing
    }
  }
}

/** Throws when two clients have the same partition. */
export function checkOneOwner(clients: readonly ConsumerClient[]): void {
  for (const [index, a] of clients.entries()) {
    for (const b of clients.slice(index + 1)) {
      const shared = intersection(a.owned, b.owned)
      if (shared.size > 0) throw new Error(`${a.memberId} and ${b.memberId} both have ${JSON.stringify([...shared])}`)
    }
  }
}
