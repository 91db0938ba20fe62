import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto"
import { saslHandshake } from "../protocol/api/17_saslHandshake"
import { saslAuthenticate } from "../protocol/api/36_saslAuthenticate"
import { errorName } from "../protocol/errorCodes"
import type { BrokerConnection } from "./connection"

export interface SaslCredentials {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512"
  readonly username: string
  readonly password: string
}

/** The broker refused the login. */
export class AuthenticationError extends Error {
  override readonly name = "AuthenticationError"
}

/** Logs a connection in: SaslHandshake, then the mechanism's messages in SaslAuthenticate (KIP-152). */
export async function authenticate(connection: BrokerConnection, credentials: SaslCredentials): Promise<void> {
  const mechanism = credentials.mechanism.toUpperCase()
  const { errorCode, mechanisms } = await connection.request(saslHandshake, 1, { mechanism })
  if (errorCode !== 0) {
    throw new AuthenticationError(`The broker has no ${mechanism}: ${mechanisms.join(", ") || errorName(errorCode)}.`)
  }
  if (credentials.mechanism === "plain") {
    await exchange(connection, `\0${credentials.username}\0${credentials.password}`)
    return
  }
  await authenticateScram(connection, credentials)
}

/** RFC 5802; the server proves that it knows the password too. */
async function authenticateScram(connection: BrokerConnection, { mechanism, username, password }: SaslCredentials) {
  const digest = mechanism === "scram-sha-256" ? "sha256" : "sha512"
  const name = username.replaceAll("=", "=3D").replaceAll(",", "=2C")
  const first = `n=${name},r=${randomBytes(24).toString("base64url")}`
  const challenge = await exchange(connection, `n,,${first}`)
  const { r: nonce = "", s: salt = "", i: iterations = "0" } = attributes(challenge)
  const length = digest === "sha256" ? 32 : 64
  const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(iterations), length, digest)
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest()
  const clientKey = hmac(salted, "Client Key")
  const withoutProof = `c=biws,r=${nonce}`
  const signed = `${first},${challenge},${withoutProof}`
  const signature = hmac(createHash(digest).update(clientKey).digest(), signed)
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))
  const answer = await exchange(connection, `${withoutProof},p=${Buffer.from(proof).toString("base64")}`)
  const expected = hmac(hmac(salted, "Server Key"), signed)
  const given = Buffer.from(attributes(answer).v ?? "", "base64")
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AuthenticationError("The broker does not know the password itself: it may be another server.")
  }
}

async function exchange(connection: BrokerConnection, message: string): Promise<string> {
  const response = await connection.request(saslAuthenticate, 1, { authBytes: Buffer.from(message) })
  if (response.errorCode !== 0) {
    throw new AuthenticationError(response.errorMessage ?? errorName(response.errorCode))
  }
  return response.authBytes.toString("utf8")
}

function attributes(message: string): Record<string, string> {
  return Object.fromEntries(message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]))
}
