import type { KernelCluster, MimeItem } from "../contract/kernel"
import type { DisplayLanguage, LocalizedText } from "../contract/language"
import type { TraceEntry } from "../contract/trace"

/** Where the kit runs: a kernel, or any program that uses the kit as a module. */
export interface KitHost {
  readonly lessonId: string
  readonly cluster: KernelCluster
  /** Faults do nothing: to test that checks which depend on them can fail. */
  readonly withoutFaults?: boolean
  /** The cell (or the program) that calls: output and clients belong to it, also from a late callback. */
  current(): KitContext
  /** A recorded sequence, for the picture of that name. */
  record(id: string, entries: readonly TraceEntry[]): void
  /** The bundle that a worker process runs; absent where there is none. */
  readonly workerScript?: string
}

export interface KitContext {
  readonly language: DisplayLanguage
  /** Aborted when the cell is interrupted or run again. */
  readonly signal: AbortSignal
  /** Shows something; what has an `id` replaces what had it before. */
  display(items: readonly MimeItem[], id?: string): void
  check(result: CheckResult): void
  /** Text of a process that was started, as it came. */
  write?(stream: "stdout" | "stderr", text: string): void
  /** `close` is called when the cell is interrupted, run again, or the kernel ends. */
  own(resource: OwnedResource): void
}

export interface CheckResult {
  readonly ok: boolean
  readonly text: LocalizedText
}

export interface OwnedResource {
  /** @param graceMs how long it may take to end in good order; without it, as long as that takes */
  close(graceMs?: number): Promise<void>
}
