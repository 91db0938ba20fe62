import { chmodSync, rmSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import {
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node"
import type { ControlMethod, ControlMethods, SubscribeParams } from "../../contract/control"
import { MAX_CONTROL_CONNECTIONS } from "./limits"
import type { SnapshotSubscriptions } from "./subscriptions"

/** What a control method refuses to do, in a sentence for the one who asked. */
export class ControlRefusal extends Error {
  override readonly name = "ControlRefusal"
}

type CommandMethod = Exclude<ControlMethod, "cluster/subscribe">

/** One function per method. A refusal is a thrown `ControlRefusal`; whatever else is thrown is a bug. */
export type ControlCommands = {
  readonly [M in CommandMethod]: (
    params: ControlMethods[M]["params"],
  ) => ControlMethods[M]["result"] | Promise<ControlMethods[M]["result"]>
}

export interface ControlServerOptions {
  /** A Unix socket's path, or a named pipe's. */
  readonly path: string
  readonly commands: ControlCommands
  readonly subscriptions: SnapshotSubscriptions
  readonly log: (line: string) => void
}

/** JSON-RPC over a Unix socket that only its owner may open, or over a named pipe; never TCP. */
export class ControlServer {
  readonly #options: ControlServerOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(options: ControlServerOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#accept(socket))
  }

  static async listen(options: ControlServerOptions): Promise<ControlServer> {
    const control = new ControlServer(options)
    const isPipe = options.path.startsWith("\\\\")
    if (!isPipe) rmSync(options.path, { force: true })
    // The folder is closed to others already; the mask closes the moment between bind and chmod as well.
    const mask = process.umask(0o177)
    try {
      await new Promise<void>((resolve, reject) => {
        control.#server.once("error", reject)
        control.#server.listen(options.path, resolve)
      })
    } finally {
      process.umask(mask)
    }
    if (!isPipe) chmodSync(options.path, 0o600)
    return control
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  #accept(socket: Socket): void {
    socket.on("error", () => socket.destroy())
    if (this.#sockets.size >= MAX_CONTROL_CONNECTIONS) {
      this.#options.log(`control: refused a connection over the limit of ${MAX_CONTROL_CONNECTIONS}`)
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
    const unsubscribers: (() => void)[] = []
    socket.once("close", () => {
      this.#sockets.delete(socket)
      for (const unsubscribe of unsubscribers) unsubscribe()
      rpc.dispose()
    })
    rpc.onError(() => socket.destroy())
    rpc.onRequest("cluster/subscribe", (params: SubscribeParams) => {
      // One subscription per connection: a second one takes the first one's place.
      for (const unsubscribe of unsubscribers.splice(0)) unsubscribe()
      const { unsubscribe, ...first } = this.#options.subscriptions.subscribe(params, (change) => {
        if (socket.writable) void rpc.sendNotification("cluster/changed", change).catch(() => {})
      })
      unsubscribers.push(unsubscribe)
      return first
    })
    for (const method of Object.keys(this.#options.commands) as CommandMethod[]) this.#answer(rpc, method)
    rpc.listen()
  }

  #answer<M extends CommandMethod>(rpc: MessageConnection, method: M): void {
    const command = this.#options.commands[method]
    rpc.onRequest<unknown, void>(method, async (params: ControlMethods[M]["params"]) => {
      try {
        return await command(params)
      } catch (error) {
        if (error instanceof ControlRefusal) return new ResponseError(ErrorCodes.InvalidParams, error.message)
        this.#options.log(`control: ${method} failed: ${error instanceof Error ? error.stack : String(error)}`)
        return new ResponseError(ErrorCodes.InternalError, `${method} failed: ${String(error)}`)
      }
    })
  }
}
