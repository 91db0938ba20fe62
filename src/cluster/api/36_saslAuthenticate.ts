/**
 * SaslAuthenticate: one token of the mechanism that SaslHandshake chose.
 * Kafka: SaslServerAuthenticator.handleSaslToken. Not implemented: delegation tokens.
 */
import { saslAuthenticate } from "../../protocol/api/36_saslAuthenticate"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"

export const onSaslAuthenticate = handler(saslAuthenticate, (request, { connection }) => {
  const { sasl } = connection
  if (!sasl) {
    const errorMessage = "SaslAuthenticate request received after successful authentication"
    return { errorCode: ErrorCode.IllegalSaslState, errorMessage }
  }
  const answer = sasl.authenticate(request.authBytes)
  if (sasl.hasFailed) connection.close(answer.errorMessage ?? "authentication failed")
  return answer
})
