import type { ErrorCode } from "../../protocol/errorCodes"

/** A connection's way to say who it is: what the handlers of SaslHandshake and SaslAuthenticate talk to. */
export interface ConnectionAuthentication {
  /** The connection is to end after the answer. */
  readonly hasFailed: boolean
  handshake(mechanism: string, version: number): Handshake
  authenticate(token: Buffer): Authenticated
}

export interface Handshake {
  readonly errorCode: ErrorCode
  /** The mechanisms that the broker offers. */
  readonly mechanisms: readonly string[]
}

export interface Authenticated {
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
  readonly authBytes: Buffer
  /** Until the client has to authenticate again; 0: never (KIP-368). */
  readonly sessionLifetimeMs: number
}
