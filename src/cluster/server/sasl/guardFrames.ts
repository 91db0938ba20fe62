import type { Reply } from "../connection"
import type { SaslSession } from "./saslSession"

const SASL_HANDSHAKE_KEY = 17
const API_VERSIONS_KEY = 18
const SASL_AUTHENTICATE_KEY = 36

/**
 * Lets a frame through to its handler only when the session allows it, and answers raw tokens itself
 * (Kafka: SaslServerAuthenticator.authenticate; SaslHandshake v0 goes on without Kafka's headers).
 */
export function guardFrame(
  frame: Buffer,
  session: SaslSession,
  handle: (frame: Buffer) => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  if (session.hasFailed) return { kind: "close", reason: "authentication failed" }
  if (session.isRaw && session.isUnderWay) return answerRawToken(frame, session)
  const refusal = refuse(frame.readInt16BE(0), session)
  return refusal === undefined ? handle(frame) : { kind: "close", reason: refusal }
}

function refuse(apiKey: number, session: SaslSession): string | undefined {
  if (apiKey === SASL_AUTHENTICATE_KEY) return undefined
  if (session.isUnderWay) return "a request amid authentication"
  if (apiKey === SASL_HANDSHAKE_KEY) return undefined
  if (session.principal === undefined) {
    return apiKey === API_VERSIONS_KEY ? undefined : `a request with API key ${apiKey} before authentication`
  }
  return session.isExpired ? "the session has expired without re-authentication" : undefined
}

function answerRawToken(token: Buffer, session: SaslSession): Reply {
  const { errorCode, errorMessage, authBytes } = session.authenticate(token)
  // Without a header there is no place for an error: the end of the connection says it.
  if (errorCode !== 0) return { kind: "close", reason: errorMessage ?? "authentication failed" }
  const size = Buffer.alloc(4)
  size.writeInt32BE(authBytes.length)
  return { kind: "frame", chunks: [size, authBytes] }
}
