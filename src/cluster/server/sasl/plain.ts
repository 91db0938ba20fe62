import { timingSafeEqual } from "node:crypto"
import { noToken, type SaslMechanism, type SaslStep } from "./saslMechanism"

/** PLAIN (RFC 4616): user and password in the clear, so only over TLS or loopback. Kafka: PlainSaslServer. */
export class PlainMechanism implements SaslMechanism {
  readonly #passwords: ReadonlyMap<string, string>

  constructor(passwords: ReadonlyMap<string, string>) {
    this.#passwords = passwords
  }

  step(token: Buffer): SaslStep {
    const parts = token.toString().split("\0")
    const [authorizationId = "", user = "", password = ""] = parts
    if (parts.length !== 3) {
      return { kind: "failed", reason: `Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}` }
    }
    if (user === "") return { kind: "failed", reason: "Authentication failed: username not specified" }
    if (password === "") return { kind: "failed", reason: "Authentication failed: password not specified" }
    const expected = this.#passwords.get(user)
    if (expected === undefined || !isSame(password, expected)) {
      return { kind: "failed", reason: "Authentication failed: Invalid username or password" }
    }
    if (authorizationId !== "" && authorizationId !== user) {
      const reason = "Authentication failed: Client requested an authorization id that is different from username"
      return { kind: "failed", reason }
    }
    return { kind: "done", token: noToken, user }
  }
}

/** In a time that tells nothing of where the two differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
