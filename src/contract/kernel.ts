import type { DisplayLanguage, LocalizedText } from "./language"
import type { TraceEntry } from "./trace"

/**
 * The kernel evaluates the cells of one lesson. JSON-RPC: the host (editor or command line) asks, the kernel answers,
 * and streams what a cell prints while it runs. Interrupts go over a socket of their own straight to the kernel's
 * worker thread, because the main thread is busy with the cell that is to be stopped.
 */
export interface KernelMethods {
  /** Must be called once, before the first cell. */
  "kernel/configure": { params: KernelConfiguration; result: { nodeVersion: string; interruptPath: string } }
  /** Answers when the cell has ended, whichever way. */
  "cell/execute": { params: ExecuteParams; result: ExecuteResult }
  /** Makes topics of the lesson anew, by their plain names. */
  "topics/empty": { params: { names: readonly string[] }; result: Record<string, never> }
  /** Where a debugger attaches, by the protocol of V8's inspector; the address is a WebSocket's on loopback. */
  "debugger/open": { params: Record<string, never>; result: { url: string } }
  "debugger/close": { params: Record<string, never>; result: Record<string, never> }
  "kernel/variables": { params: Record<string, never>; result: { variables: KernelVariable[] } }
}

export interface KernelNotifications {
  "cell/output": { cell: string; output: CellOutput }
  /** What `sequence.record(id, …)` recorded, for the pictures of that id. */
  "sequence/recorded": { id: string; entries: readonly TraceEntry[] }
}

export interface KernelConfiguration {
  readonly lessonId: string
  readonly language: DisplayLanguage
  /** Where Kafka is; `control` only for the embedded cluster. */
  readonly cluster: KernelCluster
  /** The folder that `import` of packages resolves from. */
  readonly workspaceFolder?: string
  /** The kit's faults do nothing: to test that checks which depend on them can fail. */
  readonly withoutFaults?: boolean
}

export interface KernelCluster {
  readonly kind: "embedded" | "connected"
  readonly bootstrap: readonly string[]
  readonly control?: string
  /** Kafka client.properties of a connected cluster (security.protocol, sasl.*, ssl.*). */
  readonly clientProperties?: Readonly<Record<string, string>>
  /** Prefix of topics and groups on a cluster that is not the lesson's own. */
  readonly prefix: string
  readonly readOnly: boolean
}

export interface ExecuteParams {
  /** Stable name of the cell in its lesson; stacks and outputs carry it. */
  readonly cell: string
  readonly kind: "code" | "check" | "shell"
  readonly source: string
  /** The reader's language now: it may change between two runs. */
  readonly language: DisplayLanguage
}

export interface ExecuteResult {
  readonly status: "ok" | "failed" | "interrupted"
  readonly error?: CellError
  readonly ms: number
}

export interface CellError {
  readonly name: string
  readonly message: string
  /** 1-based line and column in the cell, where known. */
  readonly line?: number
  readonly column?: number
  /** The cell's lines around the error, with a marker. */
  readonly frame?: string
  readonly stack: string
  /** What the code means and what to try, in the reader's language. */
  readonly hint?: string
  /** What of it is ours to say, for a reader who changes the language afterwards. */
  readonly translations?: { readonly message?: LocalizedText; readonly hint?: LocalizedText }
}

/**
 * One thing to show. `stream` texts append to each other; an output with an `id` replaces the earlier one of that id
 * (a progress bar).
 */
export type CellOutput =
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly id?: string; readonly items: readonly MimeItem[] }

export interface MimeItem {
  readonly mime: string
  /** Text, or base64 where the mime type is binary. */
  readonly data: string
}

export interface KernelVariable {
  readonly name: string
  readonly type: string
  readonly preview: string
}

/** The mime types of our own outputs. */
export const outputMime = {
  /** {@link LiveOutput} */
  live: "application/vnd.logbook.live+json",
  /** {@link CheckOutput} */
  check: "application/vnd.logbook.check+json",
  /** {@link CellError} */
  error: "application/vnd.logbook.error+json",
  /** {@link NoteOutput} */
  note: "application/vnd.logbook.note+json",
} as const

export interface LiveOutput {
  readonly kind: string
  readonly target: Readonly<Record<string, string | number>>
  readonly snapshot?: unknown
  /** The same picture in words, for screen readers and for hosts without the renderer. */
  readonly twin: string
}

/** A sentence of ours about a run, which is shown in the language that the reader has now. */
export interface NoteOutput {
  readonly text: LocalizedText
}

export interface CheckOutput {
  /** Empty: the reader has not begun the exercise that the check belongs to. */
  readonly results: readonly { readonly ok: boolean; readonly text: LocalizedText }[]
}
