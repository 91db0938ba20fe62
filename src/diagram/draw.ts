import type { ClusterSnapshot } from "../contract/snapshot"
import type { CatalogueLanguage } from "../l10n/catalogue"
import { translate } from "../l10n/catalogue"
import { consumerGroup } from "./consumerGroup"
import { type Diagram, type DiagramTarget, emptyDiagram } from "./diagram"

export type { Diagram } from "./diagram"

import { partitioner } from "./partitioner"
import { partitionLog } from "./partitionLog"
import { replication } from "./replication"
import { topology } from "./topology"
import { transaction } from "./transaction"

type Draw = (snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage) => Diagram

/** The kinds of a `live` block, as lessons spell them. */
const diagrams: Readonly<Record<string, Draw>> = {
  topology,
  "partition-log": partitionLog,
  replication,
  "consumer-group": consumerGroup,
  partitioner,
  transaction,
}

/** Draws a `live` block's picture; where there is nothing to draw the twin says why. */
export function drawLive(
  kind: string,
  snapshot: ClusterSnapshot | undefined,
  target: DiagramTarget,
  language: CatalogueLanguage,
): Diagram {
  const draw = diagrams[kindName(kind)]
  if (!draw) return emptyDiagram(translate(language, "diagram.unknownKind", { kind }))
  if (!snapshot) return emptyDiagram(translate(language, "diagram.noCluster"))
  return draw(snapshot, target, language)
}

/** `partitionLog` and `partition-log` are the same kind. */
export function kindName(kind: string): string {
  return kind.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

/** The kinds that `live` knows. */
export const liveKinds: readonly string[] = Object.keys(diagrams)
