import { connect } from "node:net"
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from "vscode-jsonrpc/node"
import type { ControlMethod, ControlMethods, ControlNotifications } from "../contract/control"

/** The embedded cluster's control socket, as its clients see it. */
export interface ControlClient {
  /** Rejects with the cluster's own sentence, or with one that says that the cluster is gone. */
  request<M extends ControlMethod>(method: M, params: ControlMethods[M]["params"]): Promise<ControlMethods[M]["result"]>
  onChanged(listener: (change: ControlNotifications["cluster/changed"]) => void): void
  /** Settles once the connection has ended, whoever ended it. */
  readonly closed: Promise<void>
  close(): void
}

/**
 * Connects to a cluster's control socket.
 * @param path Unix socket or named pipe, as `control:` and cluster.json name it
 */
export async function connectControl(path: string): Promise<ControlClient> {
  const socket = await openSocket(path)
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  const closed = new Promise<void>((resolve) => {
    rpc.onClose(() => resolve())
    socket.once("close", () => resolve())
  })
  // An unhandled "error" would end this process; the pending requests are rejected by `closed` below.
  socket.on("error", () => socket.destroy())
  rpc.onError(() => socket.destroy())
  rpc.listen()
  const gone = closed.then((): never => {
    throw new Error(`The cluster behind ${path} has ended.`)
  })
  gone.catch(() => {})
  return {
    // A connection that is closed throws at once; `gone` has the sentence for it.
    request: async (method, params) => {
      if (socket.destroyed) return gone
      return Promise.race([rpc.sendRequest<never>(method, params), gone])
    },
    onChanged: (listener) => {
      rpc.onNotification("cluster/changed", listener)
    },
    closed,
    close: () => {
      rpc.dispose()
      socket.destroy()
    },
  }
}

function openSocket(path: string) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect(path)
    socket.once("connect", () => {
      socket.removeAllListeners("error")
      resolve(socket)
    })
    socket.once("error", (error) => {
      reject(new Error(`No cluster answers on ${path}: is it still running?`, { cause: error }))
    })
  })
}
