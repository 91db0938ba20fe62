import { createHash, createHmac, pbkdf2Sync } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { Clock } from "../../../src/cluster/clock"
import { guardFrame } from "../../../src/cluster/server/sasl/guardFrames"
import { SASL_MECHANISMS, SaslSession, type SaslSetup } from "../../../src/cluster/server/sasl/saslSession"
import {
  credentialOfSalted,
  ScramMechanism,
  type ScramMechanismName,
} from "../../../src/cluster/state/scram/credential"
import { decideScramCredentials } from "../../../src/cluster/state/scram/decideScramCredentials"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { carryOut, controllerOf, countingRandom, emptyImage } from "./imageWith"

const SALT = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64")
const START_MS = 1_700_000_000_000

describe("PLAIN", () => {
  test.each([
    ["the right password", "\0alice\0secret", ErrorCode.None],
    ["her own name as authorization id", "alice\0alice\0secret", ErrorCode.None],
    ["a wrong password", "\0alice\0guess", ErrorCode.SaslAuthenticationFailed],
    ["an unknown user", "\0eve\0secret", ErrorCode.SaslAuthenticationFailed],
    ["somebody else's authorization id", "bob\0alice\0secret", ErrorCode.SaslAuthenticationFailed],
    ["no password", "\0alice\0", ErrorCode.SaslAuthenticationFailed],
    ["a token of two parts", "alice\0secret", ErrorCode.SaslAuthenticationFailed],
  ])("%s", (_, token, errorCode) => {
    const session = sessionWith()
    session.handshake("PLAIN", 1)
    expect(session.authenticate(Buffer.from(token)).errorCode).toBe(errorCode)
    expect([session.principal, session.hasFailed]).toEqual(
      errorCode === ErrorCode.None ? ["User:alice", false] : [undefined, true],
    )
  })
})

describe("SCRAM", () => {
  test("credentials verify the exchange of RFC 7677", () => {
    const credential = scramCredential("SCRAM-SHA-256", "user", "pencil")
    const message =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==," +
      "i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    const signature = createHmac("sha256", credential.storedKey).update(message).digest()
    const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64")
    const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0))
    expect(createHash("sha256").update(clientKey).digest()).toEqual(credential.storedKey)
    expect(createHmac("sha256", credential.serverKey).update(message).digest("base64")).toBe(
      "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    )
  })

  test.each<[ScramMechanismName, string, ErrorCode]>([
    ["SCRAM-SHA-256", "pencil", ErrorCode.None],
    ["SCRAM-SHA-512", "pencil", ErrorCode.None],
    ["SCRAM-SHA-256", "pen", ErrorCode.SaslAuthenticationFailed],
  ])("%s with the password %s", (mechanism, password, errorCode) => {
    const credential = scramCredential(mechanism, "us,er", "pencil")
    const session = sessionWith({ scram: new Map([[`${credential.mechanism}:us,er`, credential]]) })
    session.handshake(mechanism, 1)
    const first = session.authenticate(Buffer.from("n,,n=us=2Cer,r=fyko")).authBytes.toString()
    const { message, serverSignature } = clientFinal(mechanism, password, "n=us=2Cer,r=fyko", first)
    const last = session.authenticate(Buffer.from(message))
    expect(last.errorCode).toBe(errorCode)
    if (errorCode === ErrorCode.None) {
      expect([last.authBytes.toString(), session.principal]).toEqual([`v=${serverSignature}`, "User:us,er"])
    }
  })

  test("librdkafka before 2.6.1 repeats its nonce, and is let in as by Kafka since 3.8.1", () => {
    const credential = scramCredential("SCRAM-SHA-256", "user", "pencil")
    const session = sessionWith({ scram: new Map([["1:user", credential]]) })
    session.handshake("SCRAM-SHA-256", 1)
    const first = session.authenticate(Buffer.from("n,,n=user,r=fyko")).authBytes.toString()
    const final = clientFinal("SCRAM-SHA-256", "pencil", "n=user,r=fyko", first, "fyko")
    expect(session.authenticate(Buffer.from(final.message)).errorCode).toBe(ErrorCode.None)
  })

  test("an unknown user is refused in the words for a wrong password", () => {
    const session = sessionWith()
    session.handshake("SCRAM-SHA-256", 1)
    expect(session.authenticate(Buffer.from("n,,n=eve,r=fyko")).errorMessage).toBe(
      "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
    )
  })

  test("alterations refuse what Kafka refuses, user by user", () => {
    const image = emptyImage()
    const good = { mechanism: 1, iterations: 4096, salt: SALT, saltedPassword: Buffer.alloc(32, 1) }
    const alter = (deletions: { name: string; mechanism: number }[], upsertions: (typeof good & { name: string })[]) =>
      carryOut(image, decideScramCredentials(controllerOf(image), { deletions, upsertions })).results?.map(
        ({ user, errorCode = 0 }) => [user, errorCode],
      )
    expect(
      alter(
        [{ name: "nobody", mechanism: 1 }],
        [
          { ...good, name: "alice" },
          { ...good, name: "" },
          { ...good, name: "bob", mechanism: 7 },
          { ...good, name: "carol", iterations: 100 },
          { ...good, name: "dave", iterations: 100_000 },
          { ...good, name: "erin" },
          { ...good, name: "erin" },
        ],
      ),
    ).toEqual([
      ["nobody", ErrorCode.ResourceNotFound],
      ["alice", 0],
      ["", ErrorCode.UnacceptableCredential],
      ["bob", ErrorCode.UnsupportedSaslMechanism],
      ["carol", ErrorCode.UnacceptableCredential],
      ["dave", ErrorCode.UnacceptableCredential],
      ["erin", ErrorCode.DuplicateResource],
    ])
    expect([...image.scram.keys()]).toEqual(["1:alice"])
    expect([alter([{ name: "alice", mechanism: 1 }], []), image.scram.size]).toEqual([[["alice", 0]], 0])
  })
})

describe("OAUTHBEARER", () => {
  const seconds = START_MS / 1000
  test.each([
    ["a token that lasts", { sub: "carol", exp: seconds + 60 }, ErrorCode.None],
    ["a token that has expired", { sub: "carol", exp: seconds - 60 }, ErrorCode.SaslAuthenticationFailed],
    ["a token without a subject", { exp: seconds + 60 }, ErrorCode.SaslAuthenticationFailed],
    ["a token without an end", { sub: "carol" }, ErrorCode.SaslAuthenticationFailed],
  ])("%s", (_, claims, errorCode) => {
    const session = sessionWith()
    session.handshake("OAUTHBEARER", 1)
    const token = [{ alg: "none" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    const first = session.authenticate(Buffer.from(`n,,\u0001auth=Bearer ${token.join(".")}.\u0001\u0001`))
    if (errorCode === ErrorCode.None) {
      expect([first.errorCode, session.principal]).toEqual([0, "User:carol"])
    } else {
      expect([first.errorCode, first.authBytes.toString()]).toEqual([0, '{"status":"invalid_token"}'])
      expect(session.authenticate(Buffer.from("\u0001")).errorCode).toBe(errorCode)
    }
  })
})

describe("a connection", () => {
  test("may do nothing but say who it is, until it has", () => {
    const session = sessionWith()
    const passes = (apiKey: number) => guardFrame(frameOf(apiKey), session, () => ({ kind: "none" })).valueOf()
    const outcome = (apiKey: number) => (passes(apiKey) as { kind: string }).kind
    const before = [3, 18, 17, 36].map(outcome)
    session.handshake("PLAIN", 1)
    const amid = [3, 18, 17, 36].map(outcome)
    session.authenticate(Buffer.from("\0alice\0secret"))
    expect([before, amid, [3, 18, 17, 36].map(outcome)]).toEqual([
      ["close", "none", "none", "none"],
      ["close", "close", "close", "none"],
      ["none", "none", "none", "none"],
    ])
  })

  test("is offered the mechanisms when it asks for another, and is done for then", () => {
    const session = sessionWith()
    expect(session.handshake("GSSAPI", 1)).toEqual({
      errorCode: ErrorCode.UnsupportedSaslMechanism,
      mechanisms: SASL_MECHANISMS,
    })
    expect(guardFrame(frameOf(18), session, () => ({ kind: "none" }))).toMatchObject({ kind: "close" })
  })

  test("sends bare tokens after SaslHandshake v0", () => {
    const session = sessionWith()
    session.handshake("PLAIN", 0)
    const reply = guardFrame(Buffer.from("\0alice\0secret"), session, () => ({ kind: "none" }))
    expect(reply).toEqual({ kind: "frame", chunks: [Buffer.alloc(4), Buffer.alloc(0)] })
    expect(session.principal).toBe("User:alice")
  })

  test("ends with its session, unless it authenticates again as the same user (KIP-368)", () => {
    let nowMs = START_MS
    const passwords = new Map([
      ["alice", "secret"],
      ["bob", "bobsecret"],
    ])
    const session = sessionWith({
      maxReauthMs: (mechanism) => (mechanism === "PLAIN" ? 1000 : 0),
      passwords,
      clock: clockAt(() => nowMs),
    })
    const again = (token: string) => {
      session.handshake("PLAIN", 1)
      return session.authenticate(Buffer.from(token))
    }
    expect(again("\0alice\0secret").sessionLifetimeMs).toBe(1000)
    nowMs += 999
    const kept = session.isExpired
    nowMs += 1
    expect([kept, session.isExpired]).toEqual([false, true])
    expect([again("\0alice\0secret").errorCode, session.isExpired]).toEqual([0, false])
    expect(again("\0bob\0bobsecret").errorMessage).toBe(
      "Cannot change principals during re-authentication from User:alice to User:bob",
    )
  })
})

function sessionWith(setup: Partial<SaslSetup> = {}): SaslSession {
  return new SaslSession({
    enabled: SASL_MECHANISMS,
    passwords: new Map([["alice", "secret"]]),
    scram: new Map(),
    maxReauthMs: () => 0,
    clock: clockAt(() => START_MS),
    random: countingRandom(),
    ...setup,
  })
}

function clockAt(now: () => number): Clock {
  return { now, setTimer: () => ({ cancel: () => {} }) }
}

function frameOf(apiKey: number): Buffer {
  const frame = Buffer.alloc(8)
  frame.writeInt16BE(apiKey)
  return frame
}

function scramCredential(mechanism: ScramMechanismName, user: string, password: string) {
  const { hash, bytes } = ScramMechanism[mechanism]
  return credentialOfSalted(user, mechanism, pbkdf2Sync(password, SALT, 4096, bytes, hash), SALT, 4096)
}

/** The client's side of RFC 5802, 3. */
function clientFinal(mechanism: ScramMechanismName, password: string, bare: string, serverFirst: string, before = "") {
  const { hash, bytes } = ScramMechanism[mechanism]
  const [, nonce = "", salt = "", iterations = ""] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? []
  const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(iterations), bytes, hash)
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest()
  const withoutProof = `c=biws,r=${before}${nonce}`
  const message = `${bare},${serverFirst},${withoutProof}`
  const clientKey = hmac(salted, "Client Key")
  const signature = hmac(createHash(hash).update(clientKey).digest(), message)
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))
  const serverSignature = hmac(hmac(salted, "Server Key"), message).toString("base64")
  return { message: `${withoutProof},p=${Buffer.from(proof).toString("base64")}`, serverSignature }
}
