import type { DisplayLanguage } from "./language"
import type { ClusterSnapshot } from "./snapshot"
import type { TraceEntry } from "./trace"

/**
 * Messages between the extension host and the notebook renderers. A message sent before a renderer is there is lost:
 * the renderer says `ready`, the host answers with the whole last state. At most one frame is unacknowledged.
 */
export type ToRenderer =
  | { readonly type: "language"; readonly language: DisplayLanguage }
  /** The cluster as it is now; undefined while none runs. */
  | { readonly type: "frame"; readonly frame: number; readonly snapshot: ClusterSnapshot | undefined }
  /** What is other than in the frame before, as a JSON merge patch. */
  | { readonly type: "change"; readonly frame: number; readonly patch: unknown }
  /** What was recorded under this id; undefined once it is forgotten. */
  | { readonly type: "record"; readonly id: string; readonly entries: readonly TraceEntry[] | undefined }
  /** What the reader chose per question (-1: skipped), and the guesses whose outcome is known because the cell ran. */
  | {
      readonly type: "progress"
      readonly answers: Readonly<Record<string, number>>
      readonly revealed: readonly string[]
      /** How many hints are shown per exercise. */
      readonly hints: Readonly<Record<string, number>>
    }

export type FromRenderer =
  | { readonly type: "ready" }
  | { readonly type: "drawn"; readonly frame: number; readonly atMs: number }
  | { readonly type: "act"; readonly method: string; readonly params: unknown }
  | { readonly type: "answer"; readonly block: string; readonly choice: number }
  | { readonly type: "hint"; readonly exercise: string; readonly count: number }

/** The metadata of outputs of our cells: by it the markdown renderer, which serves every notebook, knows them. */
export interface OwnOutputMetadata {
  readonly logbook: true
}
