import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { Random } from "../../random"
import type { ScramImage } from "../../state/metadata/imageEntries"
import { ScramMechanism, type ScramMechanismName } from "../../state/scram/credential"
import type { SaslMechanism, SaslStep } from "./saslMechanism"

const NONCE_BYTES = 18

interface Exchange {
  readonly credential: ScramImage
  readonly nonce: string
  /** client-first-message-bare and server-first-message, joined: what both sides sign. */
  readonly signed: string
  /** The client's GS2 header, which it repeats in base64. */
  readonly binding: string
}

/** SCRAM (RFC 5802): the password never travels. Kafka: ScramSaslServer. */
export class ScramMechanismServer implements SaslMechanism {
  readonly #name: ScramMechanismName
  readonly #credentialOf: (user: string) => ScramImage | undefined
  readonly #random: Random
  #exchange: Exchange | undefined

  constructor(name: ScramMechanismName, credentialOf: (user: string) => ScramImage | undefined, random: Random) {
    this.#name = name
    this.#credentialOf = credentialOf
    this.#random = random
  }

  step(token: Buffer): SaslStep {
    return this.#exchange ? this.#finish(token.toString(), this.#exchange) : this.#begin(token.toString())
  }

  #begin(message: string): SaslStep {
    const match = /^(n,(?:a=([^,]*))?,)((?:m=[^,]*,)?n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+).*)$/s.exec(message)
    if (!match) return this.#refuse("Invalid SCRAM client first message format")
    const [, binding = "", authorizationId = "", bare = "", saslName = "", clientNonce = ""] = match
    const user = saslName.replaceAll("=2C", ",").replaceAll("=3D", "=")
    if (authorizationId !== "" && authorizationId !== saslName) {
      return this.#refuse("Client requested an authorization id that is different from username")
    }
    const credential = this.#credentialOf(user)
    if (!credential) return this.#invalid()
    const nonce = clientNonce + this.#random.bytes(NONCE_BYTES).toString("base64")
    const first = `r=${nonce},s=${credential.salt.toString("base64")},i=${credential.iterations}`
    this.#exchange = { credential, nonce, signed: `${bare},${first}`, binding }
    return { kind: "continue", token: Buffer.from(first) }
  }

  #finish(message: string, { credential, nonce, signed, binding }: Exchange): SaslStep {
    const match = /^(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(message)
    if (!match) return this.#refuse("Invalid SCRAM client final message format")
    const [, withoutProof = "", channel = "", clientNonce = "", proof = ""] = match
    // Not equal: librdkafka before 2.6.1 puts its own nonce before it once more (Kafka 3.8.1: KAFKA-17507).
    if (!clientNonce.endsWith(nonce)) return this.#refuse("Invalid client nonce in the final client message.")
    if (Buffer.from(channel, "base64").toString() !== binding) return this.#refuse("Invalid channel binding")

    const { hash } = ScramMechanism[this.#name]
    const message2 = `${signed},${withoutProof}`
    const signature = createHmac(hash, credential.storedKey).update(message2).digest()
    const given = Buffer.from(proof, "base64")
    if (given.length !== signature.length) return this.#invalid()
    const clientKey = given.map((byte, index) => byte ^ (signature[index] ?? 0))
    const storedKey = createHash(hash).update(clientKey).digest()
    if (!timingSafeEqual(storedKey, credential.storedKey)) return this.#invalid()
    const serverSignature = createHmac(hash, credential.serverKey).update(message2).digest("base64")
    return { kind: "done", token: Buffer.from(`v=${serverSignature}`), user: credential.user }
  }

  #refuse(what: string): SaslStep {
    return { kind: "failed", reason: `Authentication failed: ${what}` }
  }

  /** An unknown user and a wrong password look the same. */
  #invalid(): SaslStep {
    const reason = `Authentication failed during authentication due to invalid credentials with SASL mechanism ${this.#name}`
    return { kind: "failed", reason }
  }
}
