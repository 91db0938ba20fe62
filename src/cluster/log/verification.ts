/**
 * That a transaction's coordinator is being asked about a transaction that would begin here (Kafka:
 * VerificationStateEntry, with its VerificationGuard; KIP-890). Its identity is what counts: the answer lets records in
 * only while nobody has begun or ended a transaction of the producer since the question.
 */
export interface Verification {
  readonly producerId: number
  readonly sinceMs: number
  producerEpoch: number
  /** The producer has an epoch for each transaction, and sequences that begin with it (transaction version 2). */
  readonly hasEpochPerTransaction: boolean
  /** The earliest that was seen of the epoch: an answer that overtakes another must not let a later batch in first. */
  lowestSequence: number
}

export interface VerifiedProducer {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly hasEpochPerTransaction: boolean
}

/** One question for each producer at most: whoever asks meanwhile shares it. */
export class Verifications {
  readonly #open = new Map<number, Verification>()

  begin(producer: VerifiedProducer, nowMs: number): Verification {
    const { producerId, producerEpoch, baseSequence, hasEpochPerTransaction } = producer
    const known = this.#open.get(producerId)
    if (!known) {
      const begun = { producerId, producerEpoch, lowestSequence: baseSequence, sinceMs: nowMs, hasEpochPerTransaction }
      this.#open.set(producerId, begun)
      return begun
    }
    if (producerEpoch > known.producerEpoch) {
      known.producerEpoch = producerEpoch
      known.lowestSequence = baseSequence
    } else if (producerEpoch === known.producerEpoch) {
      known.lowestSequence = Math.min(known.lowestSequence, baseSequence)
    }
    return known
  }

  isOpen(verification: Verification): boolean {
    return this.#open.get(verification.producerId) === verification
  }

  end(producerId: number): void {
    this.#open.delete(producerId)
  }

  expire(nowMs: number, expirationMs: number): void {
    for (const { producerId, sinceMs } of this.#open.values()) {
      if (nowMs - sinceMs >= expirationMs) this.#open.delete(producerId)
    }
  }

  clear(): void {
    this.#open.clear()
  }
}
