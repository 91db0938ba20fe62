import { createServer, type Server, type Socket } from "node:net"
import type { SecurityProtocol } from "./options"

export interface ListenerStart {
  readonly name: string
  readonly protocol: SecurityProtocol
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly onSocket: (socket: Socket) => void
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

/** Binds a port. Rejects with `PortRefusal` where that is not possible. */
export function openListener({ name, protocol, host, port, onSocket }: ListenerStart): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, highWaterMark: 256 * 1024 }, onSocket)
    server.once("error", (error: NodeJS.ErrnoException) => reject(new PortRefusal(refusalOf(error, host, port))))
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.removeAllListeners("error")
      // From here on an error means one failed accept (out of descriptors): the port stays.
      server.on("error", () => {})
      resolve({ name, protocol, port: boundPort(server), close: () => closeServer(server) })
    })
  })
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
