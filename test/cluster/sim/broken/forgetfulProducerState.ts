import type { ProducerEntry } from "../../../../src/cluster/log/producerEntry"
import { type AppendOrigin, ProducerState, type ProducerVerdict } from "../../../../src/cluster/log/producerState"
import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { ErrorCode } from "../../../../src/protocol/errorCodes"

/** A sequence window of none: no batch is remembered, so none is known for a duplicate or for out of order. */
class ForgetfulProducerState extends ProducerState {
  override judge(bytes: Buffer, at: number, origin: AppendOrigin, pending?: ProducerEntry): ProducerVerdict {
    const verdict = super.judge(bytes, at, origin, pending)
    const isForgotten =
      verdict.kind === "duplicate" ||
      (verdict.kind === "refused" && verdict.errorCode === ErrorCode.OutOfOrderSequenceNumber)
    return isForgotten ? { kind: "accepted" } : verdict
  }
}

export const forgetfulProducerState: Replacements = { parts: { newProducerState: () => new ForgetfulProducerState() } }
