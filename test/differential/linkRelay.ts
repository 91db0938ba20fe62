import { connect, createServer, type Server, type Socket } from "node:net"

/** Size, API key, version and correlation id stand before a request's client id. */
const CLIENT_ID_AT = 12

interface Wire {
  readonly ends: readonly [number, number]
  /** It carries the fetches of a follower, and nothing else. */
  readonly isFetcher: boolean
  readonly near: Socket
  readonly far: Socket
}

/**
 * Stands between the nodes of an Apache Kafka, and holds back what two of them say to each other. All of them connect
 * from one address, but they name themselves in the client id of their first request: `broker-3-fetcher-0`,
 * `broker-3-txn-marker-sender`, `raft-client-3`, or `3` alone. A cut wire stays open and silent, as one whose packets
 * are lost: what was said arrives after the heal.
 */
export class LinkRelay {
  readonly #servers: Server[] = []
  readonly #wires = new Set<Wire>()
  readonly #cut = new Set<string>()
  readonly #frozen = new Set<number>()

  /** The port under which others reach `port` of the node. */
  async listen(node: number, port: number): Promise<number> {
    const server = createServer({ pauseOnConnect: false }, (near) => this.#accept(near, node, port))
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("The relay has no port.")
    return address.port
  }

  cut(a: number, b: number): void {
    this.#cut.add(linkOf(a, b))
    this.#apply()
  }

  heal(a: number, b: number): void {
    this.#cut.delete(linkOf(a, b))
    this.#apply()
  }

  /** The node's followers hear nothing of their leaders, whoever these are; its heartbeats go on. */
  freeze(node: number): void {
    this.#frozen.add(node)
    this.#apply()
  }

  unfreeze(node: number): void {
    this.#frozen.delete(node)
    this.#apply()
  }

  healAll(): void {
    this.#cut.clear()
    this.#frozen.clear()
    this.#apply()
  }

  close(): void {
    for (const server of this.#servers) server.close()
    for (const { near, far } of this.#wires) {
      near.destroy()
      far.destroy()
    }
  }

  #accept(near: Socket, node: number, port: number): void {
    near.on("error", () => near.destroy())
    near.once("data", (first: Buffer) => {
      near.pause()
      near.unshift(first)
      const clientId = clientIdOf(first)
      const ends: [number, number] = [Number(/\d+/.exec(clientId)?.[0] ?? -1), node]
      const isFetcher = clientId.includes("-fetcher-")
      this.#join({ ends, isFetcher, near, far: connect(port, "127.0.0.1") })
    })
  }

  #join(wire: Wire): void {
    const { near, far } = wire
    this.#wires.add(wire)
    const end = () => {
      near.destroy()
      far.destroy()
      this.#wires.delete(wire)
    }
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on("error", end)
      socket.on("close", end)
    }
    near.on("data", (chunk) => far.write(chunk))
    far.on("data", (chunk) => near.write(chunk))
    this.#apply()
  }

  #apply(): void {
    for (const { ends, isFetcher, near, far } of this.#wires) {
      const isHeld = this.#cut.has(linkOf(...ends)) || (isFetcher && this.#frozen.has(ends[0]))
      for (const socket of [near, far]) {
        if (isHeld) socket.pause()
        else socket.resume()
      }
    }
  }
}

function clientIdOf(frame: Buffer): string {
  const length = frame.length < CLIENT_ID_AT + 2 ? -1 : frame.readInt16BE(CLIENT_ID_AT)
  return length < 0 ? "" : frame.toString("utf8", CLIENT_ID_AT + 2, CLIENT_ID_AT + 2 + length)
}

function linkOf(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`
}
