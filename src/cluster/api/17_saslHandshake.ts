/**
 * SaslHandshake: chooses the SASL mechanism of a connection, or begins its re-authentication (KIP-368).
 * Kafka: SaslServerAuthenticator.handleHandshakeRequest. Not implemented: GSSAPI.
 */
import { saslHandshake } from "../../protocol/api/17_saslHandshake"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"

export const onSaslHandshake = handler(saslHandshake, (request, { connection, version }) => {
  const { sasl } = connection
  if (!sasl) return { errorCode: ErrorCode.IllegalSaslState }
  const answer = sasl.handshake(request.mechanism, version)
  if (sasl.hasFailed) connection.close(`no authentication by ${request.mechanism}`)
  return answer
})
