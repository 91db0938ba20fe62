import type { DiskError, DiskResult } from "../disk"

/**
 * Remembers the first thing that a disk refused: from then on the log is offline (KAFKA_STORAGE_ERROR),
 * as Kafka's `LogDirFailureChannel` takes the whole log dir. Code below it goes on with `undefined`.
 */
export class FailureLatch {
  readonly #onFailure: ((error: DiskError) => void) | undefined
  #failure: DiskError | undefined

  constructor(onFailure?: (error: DiskError) => void) {
    this.#onFailure = onFailure
  }

  get failure(): DiskError | undefined {
    return this.#failure
  }

  /** The value, or undefined after remembering the error. */
  take<Value>(result: DiskResult<Value>): Value | undefined {
    if (result.ok) return result.value
    this.fail(result.error)
    return undefined
  }

  /** True when the disk obeyed. */
  check(result: DiskResult<unknown>): boolean {
    if (!result.ok) this.fail(result.error)
    return result.ok
  }

  fail(error: DiskError): void {
    if (this.#failure) return
    this.#failure = error
    this.#onFailure?.(error)
  }
}
