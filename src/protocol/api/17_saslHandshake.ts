/**
 * SaslHandshake (API key 17): chooses the SASL mechanism of a connection (KIP-43).
 *
 * v0  raw tokens follow, without Kafka's framing
 * v1  tokens follow in SaslAuthenticate (KIP-152)
 */
import { api, array, int16, string } from "../schema"

export const saslHandshake = api({
  key: 17,
  name: "SaslHandshake",
  versions: [0, 1],
  request: {
    mechanism: string,
  },
  response: {
    errorCode: int16,
    mechanisms: array(string),
  },
})
