import "reflect-metadata"
import { X509Certificate as NodeCertificate, webcrypto } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { isIP } from "node:net"
import { join } from "node:path"
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509"

/** What a TLS listener shows: all in PEM. */
export interface TlsIdentity {
  readonly key: string
  readonly certificate: string
  /** The certificate of the authority that signed it: what clients have to trust. */
  readonly authority: string
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const
const VALID_DAYS = 3650
/** Certificates that end sooner are made anew at the start. */
const RENEW_DAYS = 30
const DAY_MS = 86_400_000

/**
 * The cluster's own certificate, made on first need and kept in the data folder: an authority (`ca.pem`, for clients),
 * and one certificate for all brokers, as they all live on this machine.
 */
export async function clusterIdentity(folder: string, hosts: readonly string[], nowMs: number): Promise<TlsIdentity> {
  const paths = {
    key: join(folder, "broker.key"),
    certificate: join(folder, "broker.pem"),
    authority: authorityPath(folder),
  }
  const kept = readIdentity(paths)
  if (kept && isGood(kept, hosts, nowMs)) return kept
  const made = await makeIdentity(hosts, nowMs)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(paths.key, made.key, { mode: 0o600 })
  writeFileSync(paths.certificate, made.certificate)
  writeFileSync(paths.authority, made.authority)
  return made
}

/** The file that clients are to trust: `ssl.truststore.location` with `ssl.truststore.type=PEM`. */
export function authorityPath(folder: string): string {
  return join(folder, "ca.pem")
}

function readIdentity(paths: TlsIdentity): TlsIdentity | undefined {
  try {
    const read = (path: string) => readFileSync(path, "utf8")
    return { key: read(paths.key), certificate: read(paths.certificate), authority: read(paths.authority) }
  } catch {
    return undefined
  }
}

function isGood({ certificate }: TlsIdentity, hosts: readonly string[], nowMs: number): boolean {
  try {
    const parsed = new NodeCertificate(certificate)
    const isFresh = Date.parse(parsed.validTo) - nowMs > RENEW_DAYS * DAY_MS
    return isFresh && hosts.every((host) => (isIP(host) ? parsed.checkIP(host) : parsed.checkHost(host)) !== undefined)
  } catch {
    return false
  }
}

async function makeIdentity(hosts: readonly string[], nowMs: number): Promise<TlsIdentity> {
  const { subtle } = webcrypto
  const authorityKeys = await subtle.generateKey(algorithm, true, ["sign", "verify"])
  const brokerKeys = await subtle.generateKey(algorithm, true, ["sign", "verify"])
  // A day back: the clock of a client may be behind.
  const validity = { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + VALID_DAYS * DAY_MS) }
  const issuer = "CN=Logbook for Apache Kafka CA"
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: issuer,
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  const broker = await X509CertificateGenerator.create({
    subject: `CN=${hosts[0] ?? "localhost"}`,
    issuer,
    publicKey: brokerKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(hosts.map(alternativeName)),
    ],
  })
  const key = PemConverter.encode(await subtle.exportKey("pkcs8", brokerKeys.privateKey), "PRIVATE KEY")
  return { key, certificate: broker.toString("pem"), authority: authority.toString("pem") }
}

function alternativeName(host: string): JsonGeneralName {
  return { type: isIP(host) ? "ip" : "dns", value: host }
}
