import { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"
import type { Random } from "../../random"
import type { Authenticated, ConnectionAuthentication, Handshake } from "../../state/authentication"
import type { ScramImage } from "../../state/metadata/imageEntries"
import { isScramMechanism, ScramMechanism } from "../../state/scram/credential"
import { OAuthBearerMechanism } from "./oauthBearer"
import { PlainMechanism } from "./plain"
import { noToken, type SaslMechanism } from "./saslMechanism"
import { ScramMechanismServer } from "./scram"

/** What is offered unless sasl.enabled.mechanisms says otherwise; Kafka's own default is GSSAPI, which needs Kerberos. */
export const SASL_MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] as const

export interface SaslSetup {
  /** sasl.enabled.mechanisms. */
  readonly enabled: readonly string[]
  /** Users of PLAIN with their passwords. */
  readonly passwords: ReadonlyMap<string, string>
  /** Keyed "mechanism:user", as the metadata image keeps them. */
  readonly scram: ReadonlyMap<string, ScramImage>
  /** connections.max.reauth.ms of a mechanism; 0: a session has no end of its own. */
  readonly maxReauthMs: (mechanism: string) => number
  readonly clock: Clock
  readonly random: Random
}

/**
 * Who a connection of a SASL listener belongs to (Kafka: SaslServerAuthenticator): first a handshake that names the
 * mechanism, then its tokens. An authenticated connection may go through both again (KIP-368).
 */
export class SaslSession implements ConnectionAuthentication {
  readonly #setup: SaslSetup
  #mechanism: SaslMechanism | undefined
  #mechanismName: string | undefined
  #principal: string | undefined
  #expiresMs = Number.POSITIVE_INFINITY
  #hasFailed = false
  /** SaslHandshake v0: the tokens come as frames of their own, without a header. */
  isRaw = false

  constructor(setup: SaslSetup) {
    this.#setup = setup
  }

  /** undefined before the first success. */
  get principal(): string | undefined {
    return this.#principal
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** A session that has ended allows nothing but authentication (KIP-368). */
  get isExpired(): boolean {
    return this.#setup.clock.now() >= this.#expiresMs
  }

  /** Between handshake and the last token: only tokens may come. */
  get isUnderWay(): boolean {
    return this.#mechanism !== undefined
  }

  /** Requests may overtake one another: who they come from is settled. */
  get isSettled(): boolean {
    return this.#principal !== undefined && !this.isUnderWay
  }

  /** SaslHandshake: chooses the mechanism. */
  handshake(name: string, version: number): Handshake {
    const { enabled } = this.#setup
    const mechanism = enabled.includes(name) ? this.#serverOf(name) : undefined
    if (!mechanism) {
      this.#hasFailed = true
      return { errorCode: ErrorCode.UnsupportedSaslMechanism, mechanisms: enabled }
    }
    if (this.#principal !== undefined && name !== this.#mechanismName) {
      this.#hasFailed = true
      return { errorCode: ErrorCode.IllegalSaslState, mechanisms: enabled }
    }
    this.#mechanism = mechanism
    this.#mechanismName = name
    this.isRaw = version === 0
    return { errorCode: ErrorCode.None, mechanisms: enabled }
  }

  /** One token of the mechanism. */
  authenticate(token: Buffer): Authenticated {
    if (!this.#mechanism) {
      this.#hasFailed = true
      return refusal(ErrorCode.IllegalSaslState, "SaslAuthenticate request received after successful authentication")
    }
    const step = this.#mechanism.step(token)
    if (step.kind === "continue") {
      return { errorCode: ErrorCode.None, errorMessage: null, authBytes: step.token, sessionLifetimeMs: 0 }
    }
    this.#mechanism = undefined
    this.isRaw = false
    if (step.kind === "failed") return this.#fail(step.reason)
    const principal = `User:${step.user}`
    if (this.#principal !== undefined && principal !== this.#principal) {
      return this.#fail(`Cannot change principals during re-authentication from ${this.#principal} to ${principal}`)
    }
    this.#principal = principal
    const sessionLifetimeMs = this.#begin(step.expiresMs)
    return { errorCode: ErrorCode.None, errorMessage: null, authBytes: step.token, sessionLifetimeMs }
  }

  #fail(reason: string): Authenticated {
    this.#hasFailed = true
    return refusal(ErrorCode.SaslAuthenticationFailed, reason)
  }

  /** The session lasts as long as both the credential and the broker allow; 0: without end (KIP-368). */
  #begin(credentialExpiresMs: number | undefined): number {
    const { clock } = this.#setup
    const maxReauthMs = this.#setup.maxReauthMs(this.#mechanismName ?? "")
    const nowMs = clock.now()
    const lifetimes = [
      ...(maxReauthMs > 0 ? [maxReauthMs] : []),
      // A token's own end only counts where the broker asks for re-authentication at all, as in Kafka.
      ...(maxReauthMs > 0 && credentialExpiresMs !== undefined ? [credentialExpiresMs - nowMs] : []),
    ]
    const lifetimeMs = lifetimes.length === 0 ? 0 : Math.min(...lifetimes)
    this.#expiresMs = lifetimeMs === 0 ? Number.POSITIVE_INFINITY : nowMs + lifetimeMs
    return lifetimeMs
  }

  #serverOf(name: string): SaslMechanism | undefined {
    const { passwords, scram, clock, random } = this.#setup
    if (isScramMechanism(name)) {
      return new ScramMechanismServer(name, (user) => scram.get(`${ScramMechanism[name].code}:${user}`), random)
    }
    if (name === "PLAIN") return new PlainMechanism(passwords)
    return name === "OAUTHBEARER" ? new OAuthBearerMechanism(clock) : undefined
  }
}

function refusal(errorCode: ErrorCode, errorMessage: string): Authenticated {
  return { errorCode, errorMessage, authBytes: noToken, sessionLifetimeMs: 0 }
}
