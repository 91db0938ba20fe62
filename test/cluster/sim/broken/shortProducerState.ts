import type { ProducerEntry } from "../../../../src/cluster/log/producerEntry"
import { type AppendOrigin, ProducerState, type ProducerVerdict } from "../../../../src/cluster/log/producerState"
import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { ErrorCode } from "../../../../src/protocol/errorCodes"

/** A sequence window of one: only the last batch of a producer is known for a duplicate. */
class ShortProducerState extends ProducerState {
  override judge(bytes: Buffer, at: number, origin: AppendOrigin, pending?: ProducerEntry): ProducerVerdict {
    const verdict = super.judge(bytes, at, origin, pending)
    if (verdict.kind !== "duplicate") return verdict
    for (const { batches } of this.entries()) if (batches.at(-1) === verdict.of) return verdict
    return { kind: "refused", errorCode: ErrorCode.OutOfOrderSequenceNumber, message: "" }
  }
}

export const shortProducerState: Replacements = { parts: { newProducerState: () => new ShortProducerState() } }
