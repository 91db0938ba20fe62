/** What a mechanism makes of one token of the client. */
export type SaslStep =
  | { readonly kind: "continue"; readonly token: Buffer }
  | { readonly kind: "done"; readonly token: Buffer; readonly user: string; readonly expiresMs?: number }
  /** The client is told `reason`, and its connection ends. */
  | { readonly kind: "failed"; readonly reason: string }

/** The server's side of one SASL exchange (RFC 4422). */
export interface SaslMechanism {
  step(token: Buffer): SaslStep
}

export const noToken = Buffer.alloc(0)
