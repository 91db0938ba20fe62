import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { Partition, type PartitionRead } from "../../../../src/cluster/state/replica/partition"

/** Consumers read past the high watermark, up to the log end. */
class UncommittedReader extends Partition {
  override read(offset: number, maxBytes: number, isolation: "read_uncommitted" | "read_committed"): PartitionRead {
    const read = super.read(offset, maxBytes, isolation)
    if (isolation === "read_committed" || offset >= this.logEndOffset) return read
    return { ...read, highWatermark: this.logEndOffset, records: this.log.read(offset, maxBytes) }
  }
}

export const uncommittedReader: Replacements = { parts: { newPartition: (...all) => new UncommittedReader(...all) } }
