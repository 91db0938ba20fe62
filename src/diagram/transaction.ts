import type { ClusterSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate, translateList } from "../l10n/catalogue"
import { type Diagram, type DiagramTarget, emptyDiagram } from "./diagram"
import { Flowchart } from "./flowchart"

/** The states of org.apache.kafka.coordinator.transaction.TransactionState that a transaction passes through. */
const steps = [
  { from: "Empty", to: "Ongoing", request: "AddPartitionsToTxn" },
  { from: "Ongoing", to: "PrepareCommit", request: "EndTxn commit" },
  { from: "Ongoing", to: "PrepareAbort", request: "EndTxn abort" },
  { from: "PrepareCommit", to: "CompleteCommit", request: "WriteTxnMarkers" },
  { from: "PrepareAbort", to: "CompleteAbort", request: "WriteTxnMarkers" },
]

/** A transaction's way through its states, where it stands, and the partitions that it has written to or been ended in. */
export function transaction(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const name = String(target.transaction ?? "")
  const found = snapshot.transactions[name]
  if (!found) return emptyDiagram(translate(language, "diagram.noTransaction", { transaction: name }))
  const chart = new Flowchart("LR")
  const states = [...new Set(steps.flatMap(({ from, to }) => [from, to]))]
  for (const state of states) chart.node(state, [state], "round", state === found.state ? ["now"] : ["state"])
  for (const { from, to, request } of steps) chart.link(from, to, "arrow", request)
  // Dead, PrepareEpochFence: off the way above.
  if (!states.includes(found.state)) chart.node("other", [found.state], "round", ["now"])
  const here = states.includes(found.state) ? found.state : "other"
  const marker = markerOf(found.state, language)
  const written = [...found.partitions, ...(found.marked ?? [])]
  written.forEach((partition, index) => {
    chart.node(`w${index}`, [partition], "cylinder", ["partition"])
    chart.link(here, `w${index}`, "dotted", marker)
  })
  const { state, producerId, epoch, partitions, marked = [] } = found
  return chart.finish(
    [
      translate(language, "twin.transaction", { transaction: name, state, producerId, epoch }),
      partitions.length > 0
        ? translate(language, "twin.transactionPartitions", { partitions: translateList(language, partitions) })
        : "",
      marked.length > 0
        ? translate(language, state === "CompleteCommit" ? "twin.transactionCommitted" : "twin.transactionAborted", {
            partitions: translateList(language, marked),
          })
        : "",
    ],
    language,
  )
}

/** Once it is decided how a transaction ends, each of its partitions is written the marker that says so. */
function markerOf(state: string, language: CatalogueLanguage): string {
  switch (state) {
    case "PrepareCommit":
    case "CompleteCommit":
      return translate(language, "diagram.content.commitMarker")
    case "PrepareAbort":
    case "CompleteAbort":
      return translate(language, "diagram.content.abortMarker")
    default:
      return ""
  }
}
