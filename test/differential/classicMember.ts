import { offsetCommit } from "../../src/protocol/api/08_offsetCommit"
import { offsetFetch } from "../../src/protocol/api/09_offsetFetch"
import { joinGroup } from "../../src/protocol/api/11_joinGroup"
import { heartbeat } from "../../src/protocol/api/12_heartbeat"
import { leaveGroup } from "../../src/protocol/api/13_leaveGroup"
import { syncGroup } from "../../src/protocol/api/14_syncGroup"
import { describeGroups } from "../../src/protocol/api/15_describeGroups"
import type { RequestInput, ResponseOf } from "../../src/protocol/schema"
import type { Stage } from "./stage"

type Join = RequestInput<typeof joinGroup>
type Joined = ResponseOf<typeof joinGroup>

const SESSION_MS = 30_000

/** What a consumer says of itself when it joins: version 0 of ConsumerProtocolSubscription, one topic, no user data. */
function subscriptionTo(topic: string): Buffer {
  const name = Buffer.from(topic)
  const bytes = Buffer.alloc(12 + name.length, 0)
  bytes.writeInt32BE(1, 2)
  bytes.writeInt16BE(name.length, 6)
  name.copy(bytes, 8)
  bytes.writeInt32BE(-1, 8 + name.length)
  return bytes
}

/** A member of a classic group that does only what it is told to. */
export class ClassicMember {
  memberId = ""
  generationId = -1

  constructor(
    private readonly stage: Stage,
    readonly group: string,
    private readonly instance: string | null = null,
  ) {}

  /** Joins, with the member id that it is given first when it has none (KIP-394). */
  async join(overrides: Join = {}): Promise<Joined> {
    const first = await this.joinOnce(overrides)
    if (first.memberId !== "" && this.memberId === "") this.memberId = first.memberId
    const answer = first.generationId < 0 && this.instance === null ? await this.joinOnce(overrides) : first
    if (answer.generationId >= 0) this.generationId = answer.generationId
    return answer
  }

  async joinOnce(overrides: Join = {}): Promise<Joined> {
    const body: Join = {
      groupId: this.group,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: SESSION_MS,
      memberId: this.memberId,
      groupInstanceId: this.instance,
      protocolType: "consumer",
      protocols: [{ name: "range", metadata: subscriptionTo(this.stage.id) }],
      ...overrides,
    }
    return await this.stage.send(joinGroup, 9, body, { on: await this.stage.coordinator(this.group) })
  }

  async sync(assignments: Readonly<Record<string, string>> = {}, overrides: RequestInput<typeof syncGroup> = {}) {
    const body: RequestInput<typeof syncGroup> = {
      groupId: this.group,
      generationId: this.generationId,
      memberId: this.memberId,
      groupInstanceId: this.instance,
      protocolType: "consumer",
      protocolName: "range",
      assignments: Object.entries(assignments).map(([memberId, text]) => ({ memberId, assignment: Buffer.from(text) })),
      ...overrides,
    }
    return await this.stage.send(syncGroup, 5, body, { on: await this.stage.coordinator(this.group) })
  }

  async heartbeat(overrides: RequestInput<typeof heartbeat> = {}): Promise<number> {
    const { group: groupId, generationId, memberId, instance: groupInstanceId } = this
    const body = { groupId, generationId, memberId, groupInstanceId, ...overrides }
    const answer = await this.stage.send(heartbeat, 4, body, { on: await this.stage.coordinator(this.group) })
    return answer.errorCode
  }

  async commit(topic: string, committedOffset: number, overrides: RequestInput<typeof offsetCommit> = {}) {
    const body: RequestInput<typeof offsetCommit> = {
      groupId: this.group,
      generationIdOrMemberEpoch: this.generationId,
      memberId: this.memberId,
      groupInstanceId: this.instance,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: "" }] }],
      ...overrides,
    }
    const { topics } = await this.stage.send(offsetCommit, 8, body, { on: await this.stage.coordinator(this.group) })
    return topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => ({ errorCode })))
  }

  async leave() {
    const members = [{ memberId: this.memberId, groupInstanceId: this.instance }]
    const body = { groupId: this.group, members }
    return await this.stage.send(leaveGroup, 5, body, { on: await this.stage.coordinator(this.group) })
  }
}

/** The offset that a group has committed for partition 0, with its error. */
export async function committedOffset(stage: Stage, groupId: string, topic: string, requireStable = false) {
  const groups = [{ groupId, topics: [{ name: topic, partitionIndexes: [0] }] }]
  const answer = await stage.send(offsetFetch, 8, { groups, requireStable }, { on: await stage.coordinator(groupId) })
  const found = answer.groups[0]
  const partition = found?.topics[0]?.partitions[0]
  return {
    errorCode: found?.errorCode ?? 0,
    committedOffset: partition?.committedOffset ?? null,
    partitionErrorCode: partition?.errorCode ?? 0,
  }
}

/** State, protocol and members of a group, as an administrator sees them. */
export async function describeGroup(stage: Stage, groupId: string) {
  const { groups } = await stage.send(
    describeGroups,
    5,
    { groups: [groupId] },
    { on: await stage.coordinator(groupId) },
  )
  return groups[0]
}
