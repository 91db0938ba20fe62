import { produce } from "../../../protocol/api/00_produce"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import { encodeBatch } from "../../../protocol/recordBatch"
import { partitionName } from "../partitionName"
import { REQUEST_TIMEOUT_MS, type SimulatedClient } from "../simulatedClient"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers, LOOSE } from "./workload"

const ACKS = [-1, -1, 1, 0]
const LOOSE_ONE_IN = 6

/** A producer without idempotence, that never tries again: acks=0, 1 and all by turns. */
export async function producePlain(client: SimulatedClient, { records }: Ledgers): Promise<void> {
  for (let count = 0; !client.isOver; count++) {
    const topic = client.chance(LOOSE_ONE_IN) ? LOOSE : LEDGER
    const index = topic === LOOSE ? 0 : client.below(LEDGER_PARTITIONS)
    const acks = ACKS[client.below(ACKS.length)] ?? -1
    const value = `${client.name}:${count}`
    const { errorCode, baseOffset } = await send(client, topic, index, acks, value)
    if (errorCode === ErrorCode.None && acks === -1 && topic === LEDGER) {
      records.acknowledge(partitionName({ topic, index }), baseOffset, value)
    }
    await client.pause(errorCode === ErrorCode.None ? 2500 : 2000)
  }
}

async function send(client: SimulatedClient, topic: string, index: number, acks: number, value: string) {
  const leader = await client.leaderOf(topic, index)
  const bytes = encodeBatch({ records: [{ value: Buffer.from(value), timestamp: client.world.clock.now() }] })
  const topicData = [{ name: topic, partitionData: [{ index, records: bytes }] }]
  const response = await client.request(leader, produce, 12, { acks, timeoutMs: REQUEST_TIMEOUT_MS / 2, topicData })
  const answer = response?.responses[0]?.partitionResponses[0]
  const errorCode = answer?.errorCode ?? ErrorCode.NetworkException
  const baseOffset = answer?.baseOffset ?? -1
  if (errorCode !== ErrorCode.None || client.chance(10)) client.forgetLeaders()
  client.note(`${value} to ${topic}-${index} acks=${acks}: ${errorName(errorCode)} ${baseOffset}`)
  return { errorCode, baseOffset }
}
