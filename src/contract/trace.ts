/** One request or one change of state, as the cluster saw it: the raw material of sequence diagrams. */
export interface TraceEntry {
  readonly sequence: number
  readonly atMs: number
  readonly kind: "request" | "state"
  readonly from: TraceParty
  readonly to: TraceParty
  readonly api: string
  readonly version: number
  readonly correlationId: number
  readonly clientId?: string
  readonly topic?: string
  readonly partition?: number
  /** The few fields that matter per API: offsets, acks, epoch, generation, producer id, sequence. */
  readonly fields: Readonly<Record<string, string | number | boolean>>
  readonly latencyMs: number
  readonly errorCode?: number
  /** The reply was lost by a fault, after the work was done. */
  readonly dropped?: boolean
  /** The recording ended before the reply: a follower's fetch that waits for more records. */
  readonly isOpen?: boolean
  readonly interBroker: boolean
}

export type TraceParty = `client:${string}` | `broker:${number}` | `controller:${number}`

export interface TraceFilter {
  readonly apis?: readonly string[]
  readonly topics?: readonly string[]
  readonly clientIds?: readonly string[]
  readonly interBroker?: boolean
}
