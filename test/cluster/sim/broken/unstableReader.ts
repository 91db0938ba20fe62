import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { Partition } from "../../../../src/cluster/state/replica/partition"

/** The last stable offset is the high watermark: open transactions are read as if they were committed. */
class UnstableReader extends Partition {
  override get lastStableOffset(): number {
    return this.highWatermark
  }
}

export const unstableReader: Replacements = { parts: { newPartition: (...all) => new UnstableReader(...all) } }
