import { joinGroup } from "../../../protocol/api/11_joinGroup"
import { heartbeat } from "../../../protocol/api/12_heartbeat"
import { leaveGroup } from "../../../protocol/api/13_leaveGroup"
import { syncGroup } from "../../../protocol/api/14_syncGroup"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import { consumerProtocolSubscription } from "../../../protocol/record/consumerProtocol"
import { encodeCoordinatorValue } from "../../../protocol/record/coordinatorRecords"
import { partitionName } from "../partitionName"
import { GROUP_KEY, type SimulatedClient } from "../simulatedClient"
import { checkOffsets, commitOffset } from "./groupOffsets"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers, type Workload } from "./workload"

export const CLASSIC_GROUP = "classic"

const SESSION_TIMEOUT_MS = 6000
const REBALANCE_TIMEOUT_MS = 10_000
const HEARTBEAT_MS = 2000
const LEAVES_ONE_IN = 40
const DIES_ONE_IN = 50
const COMMITS_ONE_IN = 2

interface Membership {
  readonly memberId: string
  readonly generation: number
  readonly partitions: readonly number[]
}

/** A consumer of the classic protocol: the leader among them assigns the partitions. */
export const joinClassicGroup: Workload = async (client, ledgers) => {
  let memberId = ""
  while (!client.isOver) {
    const joined = await join(client, ledgers, memberId)
    if (typeof joined === "string") {
      memberId = joined
      await client.pause(800)
      continue
    }
    const fate = await serve(client, ledgers, joined)
    memberId = fate === "rejoin" ? joined.memberId : ""
    if (fate === "dead") await client.pause(SESSION_TIMEOUT_MS)
  }
}

/** The membership, or the member id to try again with. */
async function join(client: SimulatedClient, ledgers: Ledgers, memberId: string): Promise<Membership | string> {
  const groupId = CLASSIC_GROUP
  const coordinator = await client.coordinatorOf(GROUP_KEY, groupId)
  const metadata = encodeCoordinatorValue(consumerProtocolSubscription, { topics: [LEDGER] })
  const body = {
    groupId,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    memberId,
    protocolType: "consumer",
    protocols: [{ name: "range", metadata }],
  }
  const timeoutMs = REBALANCE_TIMEOUT_MS + SESSION_TIMEOUT_MS
  const joined = await client.request(coordinator, joinGroup, 9, body, timeoutMs)
  const errorCode = (joined?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
  client.note(`joins: ${errorName(errorCode)} generation ${joined?.generationId}`)
  if (!joined || errorCode !== ErrorCode.None) return afterRefusal(client, errorCode, joined?.memberId ?? memberId)
  const assignments = joined.leader === joined.memberId ? assign(joined.members.map((member) => member.memberId)) : []
  const synced = await client.request(
    coordinator,
    syncGroup,
    5,
    {
      groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      protocolType: "consumer",
      protocolName: "range",
      assignments,
    },
    timeoutMs,
  )
  const syncError = (synced?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
  if (!synced || syncError !== ErrorCode.None) return afterRefusal(client, syncError, joined.memberId)
  const partitions = [...synced.assignment]
  client.note(`has ${partitions.join(" ") || "nothing"} in generation ${joined.generationId}`)
  for (const index of partitions) {
    const name = partitionName({ topic: LEDGER, index })
    ledgers.owners.assign(groupId, joined.generationId, name, joined.memberId)
  }
  return { memberId: joined.memberId, generation: joined.generationId, partitions }
}

function afterRefusal(client: SimulatedClient, errorCode: ErrorCode, memberId: string): string {
  switch (errorCode) {
    case ErrorCode.MemberIdRequired:
    case ErrorCode.RebalanceInProgress:
    case ErrorCode.CoordinatorLoadInProgress:
      return memberId
    case ErrorCode.UnknownMemberId:
    case ErrorCode.IllegalGeneration:
      return ""
    default:
      client.forgetCoordinator(GROUP_KEY, CLASSIC_GROUP)
      return memberId
  }
}

/** One byte a partition; what an assignment holds is between the members. */
function assign(members: readonly string[]): { memberId: string; assignment: Buffer }[] {
  return members.map((memberId, position) => {
    const own = Array.from({ length: LEDGER_PARTITIONS }, (_, index) => index).filter(
      (index) => index % members.length === position,
    )
    return { memberId, assignment: Buffer.from(own) }
  })
}

/** Heartbeats and commits until the group changes, or until the member goes. */
async function serve(
  client: SimulatedClient,
  ledgers: Ledgers,
  { memberId, generation, partitions }: Membership,
): Promise<"rejoin" | "left" | "dead"> {
  const committer = { groupId: CLASSIC_GROUP, memberId, epoch: generation }
  if (partitions.length > 0) await checkOffsets(client, ledgers, CLASSIC_GROUP, partitions)
  while (!client.isOver) {
    await client.pause(HEARTBEAT_MS)
    if (client.chance(DIES_ONE_IN)) {
      client.note("dies")
      return "dead"
    }
    const coordinator = await client.coordinatorOf(GROUP_KEY, CLASSIC_GROUP)
    if (client.chance(LEAVES_ONE_IN)) {
      const members = [{ memberId }]
      await client.request(coordinator, leaveGroup, 5, { groupId: CLASSIC_GROUP, members })
      client.note("leaves")
      return "left"
    }
    const body = { groupId: CLASSIC_GROUP, generationId: generation, memberId }
    const beat = await client.request(coordinator, heartbeat, 4, body)
    const errorCode = (beat?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
    if (errorCode === ErrorCode.RebalanceInProgress) return "rejoin"
    if (errorCode === ErrorCode.UnknownMemberId || errorCode === ErrorCode.IllegalGeneration) return "left"
    if (errorCode !== ErrorCode.None) client.forgetCoordinator(GROUP_KEY, CLASSIC_GROUP)
    const index = partitions[client.below(Math.max(1, partitions.length))]
    if (index !== undefined && client.chance(COMMITS_ONE_IN)) await commitOffset(client, ledgers, committer, index)
  }
  return "left"
}
