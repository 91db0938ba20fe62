import { createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer, type TlsOptions } from "node:tls"
import type { SecurityProtocol } from "./options"

export interface ListenerStart {
  readonly name: string
  readonly protocol: SecurityProtocol
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Absent: connections are in the clear. */
  readonly tls?: TlsOptions | undefined
  readonly onSocket: (socket: Socket) => void
  /** A TLS handshake that came to nothing. */
  readonly onRefused: (reason: string) => void
}

/** One listening port of one broker. */
export interface Listener {
  readonly name: string
  readonly protocol: SecurityProtocol
  readonly port: number
  close(): Promise<void>
}

/** Why a port could not be had, in a sentence. */
export class PortRefusal extends Error {
  override readonly name = "PortRefusal"
}

/** Sockets that wait to be accepted: the system's own maximum applies. */
const BACKLOG = 1_024

/** What one read of a socket takes at most. */
const READ_BYTES = 256 * 1024

/** Binds a port. Rejects with `PortRefusal` where that is not possible. */
export function openListener(start: ListenerStart): Promise<Listener> {
  const { name, protocol, host, port } = start
  return new Promise((resolve, reject) => {
    const server = serverOf(start)
    server.once("error", (error: NodeJS.ErrnoException) => reject(new PortRefusal(refusalOf(error, host, port))))
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.removeAllListeners("error")
      // From here on an error means one failed accept (out of descriptors): the port stays.
      server.on("error", () => {})
      resolve({ name, protocol, port: boundPort(server), close: () => closeServer(server) })
    })
  })
}

function serverOf({ tls, onSocket, onRefused }: ListenerStart): Server {
  if (!tls) return createServer({ noDelay: true, highWaterMark: READ_BYTES }, onSocket)
  const server = createTlsServer({ ...tls, noDelay: true, highWaterMark: READ_BYTES }, onSocket)
  server.on("tlsClientError", (error) => onRefused(error.message))
  return server
}

function boundPort(server: Server): number {
  const address = server.address()
  if (typeof address === "object" && address !== null) return address.port
  throw new Error("A listening TCP server has no port.")
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function refusalOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use: choose another with --port, or end the program that holds it.`
    case "EACCES":
      return `Port ${port} on ${host} may not be used by this user: choose one above 1023 with --port.`
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine.`
    default:
      return `Port ${port} on ${host} cannot be opened: ${error.message}`
  }
}
