import { consumerGroupHeartbeat } from "../../../protocol/api/68_consumerGroupHeartbeat"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import { partitionName } from "../partitionName"
import { GROUP_KEY, type SimulatedClient } from "../simulatedClient"
import { checkOffsets, commitOffset } from "./groupOffsets"
import { LEDGER, type Ledgers, type Workload } from "./workload"

export const CONSUMER_GROUP = "modern"

const HEARTBEAT_MS = 2000
/** group.consumer.session.timeout.ms of the simulated cluster. */
const SESSION_TIMEOUT_MS = 6000
const REBALANCE_TIMEOUT_MS = 20_000
const LEAVES_ONE_IN = 40
const DIES_ONE_IN = 50
const COMMITS_ONE_IN = 2
const LEAVE_EPOCH = -1

/** A consumer of KIP-848: the group assigns, the member gives up at once what it is not told to keep. */
export const joinConsumerGroup: Workload = async (client, ledgers) => {
  for (let life = 0; !client.isOver; life++) {
    const member = new ConsumerMember(client, ledgers, `${client.name}-${life}`)
    if ((await member.live()) === "dead") await client.pause(SESSION_TIMEOUT_MS)
  }
}

class ConsumerMember {
  #epoch = 0
  /** After an answer that did not come it says everything anew, and so is told everything (KIP-848: a full request). */
  #isFull = true
  #owned: readonly number[] = []

  constructor(
    readonly client: SimulatedClient,
    readonly ledgers: Ledgers,
    readonly memberId: string,
  ) {}

  async live(): Promise<"left" | "dead"> {
    const { client, ledgers, memberId } = this
    while (!client.isOver) {
      if (client.chance(DIES_ONE_IN)) {
        client.note("dies")
        return "dead"
      }
      if (this.#epoch > 0 && client.chance(LEAVES_ONE_IN)) {
        await this.#send(LEAVE_EPOCH)
        client.note("leaves")
        for (const index of this.#owned) this.#giveUp(index)
        return "left"
      }
      await this.#beat()
      await client.pause(HEARTBEAT_MS)
      const index = this.#owned[client.below(Math.max(1, this.#owned.length))]
      if (index === undefined || !client.chance(COMMITS_ONE_IN)) continue
      const committer = { groupId: CONSUMER_GROUP, memberId, epoch: this.#epoch }
      if (client.chance(4)) await checkOffsets(client, ledgers, CONSUMER_GROUP, [index], committer)
      else await commitOffset(client, ledgers, committer, index)
    }
    return "left"
  }

  async #beat(): Promise<void> {
    const { client } = this
    const sentMs = client.world.clock.now()
    const answer = await this.#send(this.#epoch)
    const errorCode = (answer?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
    switch (errorCode) {
      case ErrorCode.None:
        break
      case ErrorCode.UnknownMemberId:
      case ErrorCode.FencedMemberEpoch:
      case ErrorCode.GroupIdNotFound:
        client.note(`is out of ${CONSUMER_GROUP}: ${errorName(errorCode)}`)
        for (const index of this.#owned) this.#giveUp(index)
        this.#owned = []
        this.#epoch = 0
        this.#isFull = true
        return
      default:
        this.#isFull = true
        client.forgetCoordinator(GROUP_KEY, CONSUMER_GROUP)
        return
    }
    this.#isFull = false
    const hasMoved = answer?.memberEpoch !== this.#epoch
    this.#epoch = answer?.memberEpoch ?? this.#epoch
    await this.#take(answer?.assignment?.topicPartitions, sentMs, hasMoved)
  }

  async #take(
    assigned: readonly { readonly topicId: string; readonly partitions: readonly number[] }[] | undefined,
    sentMs: number,
    hasMoved: boolean,
  ): Promise<void> {
    const { client, ledgers, memberId } = this
    if (assigned) {
      const ledgerId = await client.topicId(LEDGER)
      const before = this.#owned
      this.#owned = assigned.flatMap(({ topicId, partitions }) => (topicId === ledgerId ? partitions : []))
      for (const index of before) if (!this.#owned.includes(index)) this.#giveUp(index)
    }
    if (assigned || hasMoved) client.note(`has ${this.#owned.join(" ") || "nothing"} in epoch ${this.#epoch}`)
    const nowMs = client.world.clock.now()
    for (const index of this.#owned) {
      const name = partitionName({ topic: LEDGER, index })
      ledgers.owners.assign(CONSUMER_GROUP, this.#epoch, name, memberId)
      ledgers.owners.hold(CONSUMER_GROUP, name, memberId, nowMs, sentMs + SESSION_TIMEOUT_MS)
    }
  }

  async #send(memberEpoch: number) {
    const { client, memberId } = this
    const coordinator = await client.coordinatorOf(GROUP_KEY, CONSUMER_GROUP)
    const ledgerId = (await client.topicId(LEDGER)) ?? ""
    return client.request(coordinator, consumerGroupHeartbeat, 1, {
      groupId: CONSUMER_GROUP,
      memberId,
      memberEpoch,
      rebalanceTimeoutMs: this.#isFull ? REBALANCE_TIMEOUT_MS : -1,
      subscribedTopicNames: this.#isFull ? [LEDGER] : null,
      topicPartitions: this.#owned.length > 0 ? [{ topicId: ledgerId, partitions: this.#owned }] : [],
    })
  }

  #giveUp(index: number): void {
    this.ledgers.owners.giveUp(CONSUMER_GROUP, partitionName({ topic: LEDGER, index }), this.memberId)
  }
}
