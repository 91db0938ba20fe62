import { type ClassicGroup, joinFailure, syncFailure } from "../../../src/cluster/state/group/classic/classicGroup"
import type { JoinAnswer, SyncAnswer } from "../../../src/cluster/state/group/classic/classicMember"
import {
  foundClassicGroup,
  type JoinRequest,
  joinClassicGroup,
} from "../../../src/cluster/state/group/classic/joinGroup"
import {
  heartbeatClassicGroup,
  leaveClassicGroup,
  syncClassicGroup,
} from "../../../src/cluster/state/group/classic/syncGroup"
import { type CommitAnswer, commitOffsets } from "../../../src/cluster/state/group/commitOffsets"
import { fetchOffsets } from "../../../src/cluster/state/group/fetchOffsets"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { type CoordinatorRig, type Parked, park } from "./coordinatorRig"

export const GROUP = "readers"
export const zeroUuid = "AAAAAAAAAAAAAAAAAAAAAA"

/** A ConsumerProtocolSubscription v0. */
export function subscription(...topics: string[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0, 0, 0, 0, 0, topics.length])]
  for (const topic of topics) parts.push(Buffer.from([0, topic.length]), Buffer.from(topic))
  parts.push(Buffer.from([255, 255, 255, 255]))
  return Buffer.concat(parts)
}

/** Speaks the classic protocol straight to a shard. */
export class ClassicClient {
  memberId = ""
  generation = -1

  constructor(
    private readonly rig: CoordinatorRig,
    readonly name: string,
    private readonly defaults: Partial<JoinRequest> = {},
  ) {}

  get group(): ClassicGroup {
    const group = this.rig.shard.groups.get(GROUP)
    if (group?.kind !== "classic") throw new Error("no classic group")
    return group
  }

  join(request: Partial<JoinRequest> = {}, version = 3): Parked<JoinAnswer> {
    const whole: JoinRequest = {
      groupId: GROUP,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 60_000,
      memberId: this.memberId,
      groupInstanceId: null,
      protocolType: "consumer",
      protocols: [{ name: "range", metadata: subscription("orders") }],
      ...this.defaults,
      ...request,
    }
    // As the handlers do: an unknown group has no members, and only who brings no id may found it.
    const known = this.rig.shard.groups.get(GROUP)
    if (!known && whole.memberId !== "") return { answer: joinFailure(ErrorCode.UnknownMemberId, whole.memberId) }
    const group = known?.kind === "classic" ? known : foundClassicGroup(this.rig.shard, GROUP)
    if (!group) throw new Error("no classic group")
    const client = {
      clientId: this.name,
      clientHost: "/127.0.0.1",
      requiresKnownMemberId: version >= 4 && whole.groupInstanceId === null,
      supportsSkippingAssignment: version >= 9,
    }
    return park((reply) =>
      joinClassicGroup(this.rig.shard, group, whole, client, (answer) => {
        if (answer.errorCode === 0) {
          this.memberId = answer.memberId
          this.generation = answer.generationId
        }
        reply(answer)
      }),
    )
  }

  sync(
    assignments: Record<string, string> = {},
    overrides: Partial<{ generationId: number; memberId: string }> = {},
  ): Parked<SyncAnswer> {
    const request = {
      generationId: this.generation,
      memberId: this.memberId,
      groupInstanceId: this.defaults.groupInstanceId ?? null,
      protocolType: null,
      protocolName: null,
      assignments: Object.entries(assignments).map(([memberId, text]) => ({ memberId, assignment: Buffer.from(text) })),
      ...overrides,
    }
    if (!this.rig.shard.groups.has(GROUP)) return { answer: syncFailure(ErrorCode.UnknownMemberId) }
    return park((reply) => syncClassicGroup(this.rig.shard, this.group, request, reply))
  }

  heartbeat(
    overrides: Partial<{ generationId: number; memberId: string; groupInstanceId: string | null }> = {},
  ): number {
    if (!this.rig.shard.groups.has(GROUP)) return ErrorCode.UnknownMemberId
    return heartbeatClassicGroup(this.rig.shard, this.group, {
      memberId: this.memberId,
      groupInstanceId: this.defaults.groupInstanceId ?? null,
      generationId: this.generation,
      ...overrides,
    })
  }

  leave(): number {
    return leaveClassicGroup(this.rig.shard, this.group, { memberId: this.memberId, groupInstanceId: null })
  }

  commit(
    offset: number,
    overrides: Partial<{ generation: number; memberId: string; metadata: string }> = {},
  ): Parked<number> {
    return park((reply) =>
      commitOffsets(
        this.rig.shard,
        {
          groupId: GROUP,
          generationIdOrMemberEpoch: overrides.generation ?? this.generation,
          memberId: overrides.memberId ?? this.memberId,
          groupInstanceId: null,
          retentionTimeMs: -1,
          topics: [
            {
              name: "orders",
              topicId: zeroUuid,
              partitions: [
                {
                  partitionIndex: 0,
                  committedOffset: offset,
                  committedLeaderEpoch: 2,
                  commitTimestamp: -1,
                  committedMetadata: overrides.metadata ?? "m",
                },
              ],
            },
          ],
        },
        8,
        (answer: CommitAnswer) => reply(answer.topics[0]?.partitions[0]?.errorCode ?? -1),
      ),
    )
  }

  committed(): number | undefined {
    const query = {
      groupId: GROUP,
      memberId: null,
      memberEpoch: -1,
      requireStable: false,
      topics: [{ name: "orders", partitionIndexes: [0] }],
    }
    return fetchOffsets(this.rig.shard, query).topics[0]?.partitions[0]?.committedOffset
  }
}
