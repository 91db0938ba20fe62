import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { MarkerSender } from "../../../../src/cluster/state/transaction/markerSender"
import type { TransactionPartitions } from "../../../../src/cluster/state/transaction/transaction"
import type { TransactionMarker } from "../../../../src/cluster/state/transaction/transactionState"

/** A transaction is half committed: one of its partitions is told of the commit, the others of an abort. */
class HalfMarkerSender extends MarkerSender {
  override async write(marker: TransactionMarker, partitions: TransactionPartitions): Promise<TransactionPartitions> {
    const [first] = partitions
    const rest = new Map(partitions)
    if (first) rest.delete(first[0])
    const left = await Promise.all([
      super.write(marker, new Map(first ? [[first[0], first[1].slice(0, 1)]] : [])),
      super.write({ ...marker, committed: false }, first ? new Map([...rest, [first[0], first[1].slice(1)]]) : rest),
    ])
    return new Map(left.flatMap((each) => [...each]))
  }
}

export const halfMarkerSender: Replacements = { parts: { newMarkerSender: (...all) => new HalfMarkerSender(...all) } }
