/** What must hold in every history; a violation names the one that did not. */
export type Invariant =
  /** No record acknowledged with acks=all and min.insync.replicas=2 is lost or reordered while one replica of three is. */
  | "acknowledged records are kept"
  /** acks=all, at the moment of the acknowledgement. */
  | "acknowledged records are on min.insync.replicas"
  /** Where the leader can reach a controller, and after replica.lag.time.max.ms. */
  | "silent followers leave the ISR"
  /** What is committed is the same on all in-sync replicas. */
  | "replicas agree"
  /** Of one replica within one leader epoch; and it is never beyond the log end. */
  | "high watermark never falls"
  /** Below the highest watermark that a client saw. */
  | "visible records never change"
  | "idempotent producers never duplicate"
  | "aborted data is never read as committed"
  | "committed transactions are read whole"
  /** A committed offset is the one that is fetched, until a later commit. */
  | "committed offsets are fetched"
  | "one owner per partition and member epoch"
  | "one active controller per epoch"
  /** Topics that were created are there, topics that were deleted are not. */
  | "acknowledged metadata is kept"
  /** Once every fault has ended, everything is served again. */
  | "the cluster recovers"
  /** Everything that a client begins comes to an end, with an answer or without; so does the start of the cluster. */
  | "the cluster settles"
  /** Kafka's errors are values: what is thrown is a bug. */
  | "nothing is thrown"

export interface Violation {
  readonly invariant: Invariant
  readonly atMs: number
  /** What was seen, in one sentence. */
  readonly sentence: string
  /** Where it stands in the history. */
  readonly line: number
}
