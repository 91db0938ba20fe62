/**
 * SaslAuthenticate (API key 36): carries one SASL token each way (KIP-152).
 *
 * v1  lifetime of the session, after which the client authenticates again (KIP-368)
 * v2  flexible (KIP-482)
 */
import { api, bytes, int16, int64, nullableString, since } from "../schema"

export const saslAuthenticate = api({
  key: 36,
  name: "SaslAuthenticate",
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    authBytes: bytes,
  },
  response: {
    errorCode: int16,
    errorMessage: nullableString,
    authBytes: bytes,
    sessionLifetimeMs: since(1, int64),
  },
})
