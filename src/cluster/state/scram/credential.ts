import { createHash, createHmac } from "node:crypto"
import type { ScramImage } from "../metadata/imageEntries"

/** Kafka: ScramMechanism, with the codes of records and requests. */
export const ScramMechanism = {
  "SCRAM-SHA-256": { code: 1, hash: "sha256", bytes: 32 },
  "SCRAM-SHA-512": { code: 2, hash: "sha512", bytes: 64 },
} as const
export type ScramMechanismName = keyof typeof ScramMechanism

/** Kafka: ScramMechanism.minIterations, and the most that ScramControlManager accepts. */
export const MIN_ITERATIONS = 4096
export const MAX_ITERATIONS = 16_384

export function isScramMechanism(name: string): name is ScramMechanismName {
  return Object.hasOwn(ScramMechanism, name)
}

export function scramMechanismOf(code: number): ScramMechanismName | undefined {
  return Object.keys(ScramMechanism)
    .filter(isScramMechanism)
    .find((name) => ScramMechanism[name].code === code)
}

/**
 * What is kept of a password: enough to verify it, too little to log in with (RFC 5802, 3).
 * Made of the salted password, which is what AlterUserScramCredentials carries (KIP-554).
 */
export function credentialOfSalted(
  user: string,
  mechanism: ScramMechanismName,
  saltedPassword: Buffer,
  salt: Buffer,
  iterations: number,
): ScramImage {
  const { code, hash } = ScramMechanism[mechanism]
  const clientKey = createHmac(hash, saltedPassword).update("Client Key").digest()
  const storedKey = createHash(hash).update(clientKey).digest()
  const serverKey = createHmac(hash, saltedPassword).update("Server Key").digest()
  return { user, mechanism: code, salt: Buffer.from(salt), storedKey, serverKey, iterations }
}
