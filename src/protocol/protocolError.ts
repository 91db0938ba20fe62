/** What was wrong with the bytes, or with the value that was to become bytes. */
export type ProtocolFault =
  | "truncated"
  | "trailing-bytes"
  | "negative-length"
  | "too-large"
  | "invalid-value"
  | "unsupported-version"
  | "unencodable"

/**
 * The one error that reading or writing Kafka bytes throws.
 * A server closes the connection on it, as Kafka does on InvalidRequestException.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError"

  constructor(
    readonly fault: ProtocolFault,
    message: string,
  ) {
    super(message)
  }
}
