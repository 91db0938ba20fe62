import type { Socket } from "node:net"
import { type PeerCertificate, TLSSocket, type TlsOptions } from "node:tls"
import type { NodeConfig } from "../../state/nodeConfig"
import type { TlsIdentity } from "./certificates"

/** Kafka's defaults: TLS 1.2 and 1.3. */
const MIN_VERSION = "TLSv1.2"
const HANDSHAKE_TIMEOUT_MS = 10_000
const ANONYMOUS = "User:ANONYMOUS"

/** What a listener's TLS is made of: the broker's PEM configs where they are set, else the cluster's own certificate. */
export function tlsOptionsOf(config: NodeConfig, own: TlsIdentity): TlsOptions {
  const clientAuth = config.value("ssl.client.auth") ?? "none"
  const key = config.value("ssl.keystore.key") ?? own.key
  const certificate = config.value("ssl.keystore.certificate.chain") ?? own.certificate
  const trusted = config.value("ssl.truststore.certificates") ?? own.authority
  const passphrase = config.value("ssl.key.password")
  return {
    key,
    cert: certificate,
    ca: trusted,
    minVersion: MIN_VERSION,
    requestCert: clientAuth === "required" || clientAuth === "requested",
    rejectUnauthorized: clientAuth === "required",
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    ...(passphrase === undefined ? {} : { passphrase }),
  }
}

/** Who a connection belongs to before any SASL: its client certificate's name, if it showed a trusted one. */
export function principalOfSocket(socket: Socket): string {
  return socket instanceof TLSSocket && socket.authorized
    ? principalOfCertificate(socket.getPeerCertificate())
    : ANONYMOUS
}

/**
 * The principal of a client certificate: its distinguished name, most specific part first
 * (Kafka: DefaultKafkaPrincipalBuilder with X500Principal, RFC 2253).
 */
export function principalOfCertificate(certificate: PeerCertificate | undefined): string {
  const parts = Object.entries(certificate?.subject ?? {})
  if (parts.length === 0) return ANONYMOUS
  const names = parts.flatMap(([type, value]) => [value ?? ""].flat().map((name) => `${type}=${escapeName(name)}`))
  return `User:${names.reverse().join(",")}`
}

function escapeName(name: string): string {
  return name.replace(/[,+"\\<>;]/g, "\\$&").replace(/^[ #]| $/g, "\\$&")
}
