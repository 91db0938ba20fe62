import { initProducerId } from "../../../protocol/api/22_initProducerId"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import type { TransactionEntry } from "../invariants/transactionLedger"
import { partitionName } from "../partitionName"
import { type SimulatedClient, TRANSACTION_KEY } from "../simulatedClient"
import { endTransaction } from "./endTransaction"
import { isPassing, type ProducerIdentity, sendBatches } from "./sendSequence"
import { addPartitions, commitInTransaction } from "./transactionRequests"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers, type Workload } from "./workload"

const TIMEOUT_MS = 10_000
const LONGEST_TRANSACTION = 4
/** In tenths: what becomes of a transaction that got that far. */
const ABORTED = 2
const ABANDONED = 1
const TRIES = 6

/** From this version of Produce on the broker adds partitions itself, and each transaction gets a new epoch (KIP-890). */
const VERSION_TWO = 12
const VERSION_ONE = 11

/**
 * A transactional producer. Two may have the same transactional id: then each fences the other now and then, as a
 * second process would.
 */
export function produceTransactions(transactionalId: string, version: 1 | 2): Workload {
  return async (client, ledgers) => {
    const run = new TransactionalProducer(client, ledgers, transactionalId, version)
    while (!client.isOver) await run.step()
  }
}

class TransactionalProducer {
  #identity: ProducerIdentity | undefined
  readonly #next = new Map<number, number>()
  #count = 0

  constructor(
    readonly client: SimulatedClient,
    readonly ledgers: Ledgers,
    readonly transactionalId: string,
    readonly version: 1 | 2,
  ) {}

  /** One transaction, or an attempt to become a producer. */
  async step(): Promise<void> {
    const { client } = this
    this.#identity ??= await this.#begin()
    if (!this.#identity) {
      await client.pause(1500)
      return
    }
    const entry = this.ledgers.transactions.begin(`${client.name}#${this.#count++}`)
    const isFilled = await this.#fill(this.#identity, entry)
    const fate = client.below(10)
    if (isFilled === "lost") this.#identity = undefined
    else if (fate < ABANDONED) {
      client.note(`abandons ${entry.name}`)
      this.#identity = undefined
      // Its transaction hangs until it times out or until the next of its name comes.
      if (client.chance(2)) await client.pause(TIMEOUT_MS * 2)
    } else await this.#end(this.#identity, entry, isFilled === "filled" && fate >= ABANDONED + ABORTED)
    if (entry.outcome === "open") entry.outcome = "aborted"
    await client.pause(this.#identity ? 6000 : 9000)
  }

  async #begin(): Promise<ProducerIdentity | undefined> {
    const { client, transactionalId } = this
    const coordinator = await client.coordinatorOf(TRANSACTION_KEY, transactionalId)
    const body = { transactionalId, transactionTimeoutMs: TIMEOUT_MS }
    const answer = await client.request(coordinator, initProducerId, 5, body)
    if (answer?.errorCode !== ErrorCode.None) {
      if (answer?.errorCode !== ErrorCode.ConcurrentTransactions) {
        client.forgetCoordinator(TRANSACTION_KEY, transactionalId)
      }
      return undefined
    }
    const { producerId, producerEpoch } = answer
    client.note(`is ${transactionalId}: producer ${producerId} epoch ${producerEpoch}`)
    this.#next.clear()
    const produceVersion = this.version === 2 ? VERSION_TWO : VERSION_ONE
    return { producerId, producerEpoch, transactionalId, produceVersion }
  }

  /** Sends the records, one after the other, each until it is acknowledged. "lost": this producer has no say any more. */
  async #fill(identity: ProducerIdentity, entry: TransactionEntry): Promise<"filled" | "partial" | "lost"> {
    const { client, ledgers } = this
    const records = 1 + client.below(LONGEST_TRANSACTION)
    for (let record = 0; record < records; record++) {
      const partition = client.below(LEDGER_PARTITIONS)
      if (this.version === 1) {
        const added = await this.#retry(() => addPartitions(client, identity, LEDGER, partition))
        if (added !== ErrorCode.None) return isPassing(added) ? "partial" : "lost"
      }
      const value = `${entry.name}:${record}`
      const name = partitionName({ topic: LEDGER, index: partition })
      ledgers.transactions.send(entry, name, value)
      ledgers.records.send(`${client.name} ${identity.producerId}`, name, value)
      const errorCode = await this.#send(identity, partition, value)
      // A batch that may or may not be there leaves a gap in the sequence: only a new epoch helps.
      if (errorCode !== ErrorCode.None) return "lost"
    }
    return "filled"
  }

  async #send(identity: ProducerIdentity, partition: number, value: string): Promise<ErrorCode> {
    const sequence = this.#next.get(partition) ?? 0
    let offset = -1
    const errorCode = await this.#retry(async () => {
      const batches = [{ values: [value], sequence }]
      const [answer] = await sendBatches(this.client, identity, LEDGER, partition, batches)
      offset = answer?.baseOffset ?? -1
      return answer?.errorCode ?? ErrorCode.NetworkException
    })
    if (errorCode !== ErrorCode.None) return errorCode
    this.#next.set(partition, sequence + 1)
    this.ledgers.records.acknowledge(partitionName({ topic: LEDGER, index: partition }), offset, value)
    return errorCode
  }

  async #end(identity: ProducerIdentity, entry: TransactionEntry, isCommitted: boolean): Promise<void> {
    const { client, ledgers, version } = this
    const commits = isCommitted && client.chance(2) ? await commitInTransaction(client, ledgers, identity, version) : []
    // An offset that could not be added: whoever reads and writes in one transaction takes it back.
    const mayCommit = isCommitted && commits !== undefined
    const next = await endTransaction(client, ledgers, {
      identity,
      entry,
      version,
      isCommitted: mayCommit,
      commits: commits ?? [],
    })
    if (!next) this.#identity = undefined
    else if (next.producerEpoch !== identity.producerEpoch || next.producerId !== identity.producerId) {
      this.#identity = { ...identity, ...next }
      this.#next.clear()
    }
  }

  async #retry(action: () => Promise<ErrorCode>): Promise<ErrorCode> {
    for (let left = TRIES; ; left--) {
      const errorCode = await action()
      if (errorCode === ErrorCode.None || !isPassing(errorCode) || left === 0) {
        if (errorCode !== ErrorCode.None) this.client.note(`gives up: ${errorName(errorCode)}`)
        return errorCode
      }
      await this.client.pause(400)
    }
  }
}
