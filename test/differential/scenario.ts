import type { Shape } from "./side"
import type { Stage } from "./stage"

/** What is done to a cluster, written once; the answers are what two clusters are compared by. */
export interface Scenario {
  /** Unique among all: the name of its answers, and of its topics and groups. */
  readonly name: string
  /** Breaks its cluster: it then plays alone. */
  readonly faults?: true
  readonly transactions?: true
  readonly shape?: Shape
  /** What of the lessons it proves: an outcome of an experiment, or a row of what lessons rely on. */
  readonly proves?: readonly string[]
  play(stage: Stage): Promise<void>
}
