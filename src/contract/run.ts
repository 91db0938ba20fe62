/** What `logbook run --json` prints: a line per cell, and a summary as the last line. */
export interface RunLine {
  readonly lesson: string
  readonly cell: string
  readonly kind: "code" | "check" | "predict" | "quiz" | "exercise" | "live"
  readonly line: number
  readonly status: "ok" | "failed" | "skipped"
  readonly reason?: string
  readonly ms: number
  readonly outputs: readonly { readonly mime: string; readonly text: string }[]
  readonly error?: {
    readonly name: string
    readonly message: string
    readonly line?: number
    readonly hint?: string
  }
}

export interface RunSummary {
  readonly summary: { readonly ok: number; readonly failed: number; readonly skipped: number }
}
