import type { Clock } from "../../clock"
import { noToken, type SaslMechanism, type SaslStep } from "./saslMechanism"

/** Kafka: OAuthBearerUnsecuredValidatorCallbackHandler's defaults. */
const PRINCIPAL_CLAIM = "sub"
const MS_PER_SECOND = 1000
/** Between the pairs of the client's message (RFC 7628, 3.1: kvsep). */
const SEPARATOR = "\u0001"
const CLOCK_SKEW_SECONDS = 30

/**
 * OAUTHBEARER (RFC 7628) with unsecured JSON Web Signatures, "alg": "none": anyone may sign in as anyone, as in Kafka
 * without a validator of its own. For learning and tests.
 */
export class OAuthBearerMechanism implements SaslMechanism {
  readonly #clock: Clock
  #failure: string | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  step(token: Buffer): SaslStep {
    // After a refusal the client says once more that it has heard, and is then told (RFC 7628, 3.2.3).
    if (this.#failure !== undefined) return { kind: "failed", reason: this.#failure }
    const [header = "", ...pairs] = token.toString().split(SEPARATOR)
    const gs2 = /^n,(?:a=([^,]*))?,$/.exec(header)
    const bearer = pairs.map((pair) => /^auth=Bearer +([-A-Za-z0-9._~+/=]+)$/i.exec(pair)?.[1]).find(Boolean)
    if (!gs2 || bearer === undefined) return { kind: "failed", reason: "Invalid OAUTHBEARER client first message" }
    const [, authorizationId = ""] = gs2
    const claims = claimsOf(bearer)
    if (!claims || !this.#isAccepted(claims)) return this.#challenge()
    const user = String(claims[PRINCIPAL_CLAIM])
    if (authorizationId !== "" && authorizationId !== user) {
      const reason =
        "Authentication failed: Client requested an authorization id that is different from the token's principal name"
      return { kind: "failed", reason }
    }
    return { kind: "done", token: noToken, user, expiresMs: Number(claims.exp) * MS_PER_SECOND }
  }

  #isAccepted({ [PRINCIPAL_CLAIM]: principal, exp, iat }: Claims): boolean {
    const nowSeconds = this.#clock.now() / MS_PER_SECOND
    if (typeof principal !== "string" || principal === "" || typeof exp !== "number") return false
    return exp > nowSeconds && !(typeof iat === "number" && iat > nowSeconds + CLOCK_SKEW_SECONDS)
  }

  #challenge(): SaslStep {
    this.#failure = JSON.stringify({ status: "invalid_token" })
    return { kind: "continue", token: Buffer.from(this.#failure) }
  }
}

type Claims = { readonly [name: string]: unknown }

/** The claims of an unsecured JSON Web Token; undefined for anything else, a signed one too: no keys are known. */
function claimsOf(token: string): Claims | undefined {
  const [header = "", payload = "", signature] = token.split(".")
  const parsedHeader = parse(header)
  const claims = parse(payload)
  return parsedHeader?.alg === "none" && signature === "" ? claims : undefined
}

function parse(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString())
    return typeof value === "object" && value !== null ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}
