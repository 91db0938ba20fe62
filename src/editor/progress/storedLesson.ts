/** The outputs of one cell as they are kept. */
export interface StoredCell {
  /** The source that they came from: changed code does not show old outputs. */
  readonly source: string
  readonly success?: boolean
  readonly executionOrder?: number
  readonly timing?: { readonly startTime: number; readonly endTime: number }
  /** Items by output; data is base64. */
  readonly outputs: readonly (readonly { readonly mime: string; readonly data: string }[])[]
}

/** By the cell's name. */
export type StoredLesson = Readonly<Record<string, StoredCell>>
