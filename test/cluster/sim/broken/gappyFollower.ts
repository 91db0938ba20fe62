import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { Partition } from "../../../../src/cluster/state/replica/partition"
import type { ErrorCode } from "../../../../src/protocol/errorCodes"
import { batchesOf } from "../../../../src/protocol/recordBatch"

/** A follower appends beyond its log end: of several batches it takes only the last. */
class GappyFollower extends Partition {
  override appendAsFollower(batches: Buffer, leaderHighWatermark: number, leaderLogStart: number): ErrorCode {
    const last = [...batchesOf(batches)].at(-1) ?? batches
    return super.appendAsFollower(last, leaderHighWatermark, leaderLogStart)
  }
}

export const gappyFollower: Replacements = { parts: { newPartition: (...all) => new GappyFollower(...all) } }
