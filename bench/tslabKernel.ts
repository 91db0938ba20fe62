import { type ChildProcess, spawn } from "node:child_process"
import { createHmac, randomUUID } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { installApart } from "../scripts/setUp.mjs"

export const tslabVersion = "1.0.22"

/** What we use of zeromq, which tslab brings along. */
interface ZeromqSocket {
  connect(address: string): void
  send(frames: readonly (string | Buffer)[]): Promise<void>
  receive(): Promise<Buffer[]>
  close(): void
}

/** tslab, a TypeScript kernel for Jupyter, spoken to as Jupyter speaks to it: signed messages over ZeroMQ. */
export class TslabKernel {
  readonly #process: ChildProcess
  readonly #shell: ZeromqSocket
  readonly #key: string
  readonly #folder: string

  private constructor(process: ChildProcess, shell: ZeromqSocket, key: string, folder: string) {
    this.#process = process
    this.#shell = shell
    this.#key = key
    this.#folder = folder
  }

  static install(): void {
    tslabFolder()
  }

  /** From the start of the process to the first answer. */
  static async start(): Promise<TslabKernel> {
    const modules = join(tslabFolder(), "node_modules")
    const folder = mkdtempSync(join(tmpdir(), "logbook-tslab-"))
    const key = randomUUID()
    const [shell, control, iopub, stdin, heartbeat] = await freePorts(5)
    const connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      key,
      signature_scheme: "hmac-sha256",
      shell_port: shell,
      control_port: control,
      iopub_port: iopub,
      stdin_port: stdin,
      hb_port: heartbeat,
    }
    const file = join(folder, "connection.json")
    writeFileSync(file, JSON.stringify(connection))
    const script = join(modules, "tslab", "bin", "tslab")
    const nodeOptions = ["--experimental-vm-modules", "--no-warnings"]
    const child = spawn(process.execPath, [...nodeOptions, script, "kernel", "--config-path", file], {
      cwd: folder,
      stdio: "ignore",
    })
    const { Dealer } = createRequire(join(modules, "index.js"))("zeromq") as { Dealer: new () => ZeromqSocket }
    const socket = new Dealer()
    socket.connect(`tcp://127.0.0.1:${shell}`)
    const kernel = new TslabKernel(child, socket, key, folder)
    await kernel.#request("kernel_info_request", {})
    return kernel
  }

  async execute(code: string): Promise<string> {
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false }
    const reply = await this.#request("execute_request", content)
    return String(reply.status)
  }

  /** As Jupyter interrupts a kernel of its kind. */
  interrupt(): void {
    this.#process.kill("SIGINT")
  }

  async stop(): Promise<void> {
    this.#shell.close()
    const ended = new Promise((resolve) => this.#process.once("exit", resolve))
    this.#process.kill("SIGKILL")
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol */
  async #request(type: string, content: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const header = { msg_id: randomUUID(), username: "bench", session: "bench", msg_type: type, version: "5.3" }
    const frames = [header, {}, {}, content].map((part) => JSON.stringify(part))
    const signature = createHmac("sha256", this.#key).update(frames.join("")).digest("hex")
    await this.#shell.send(["<IDS|MSG>", signature, ...frames])
    for (;;) {
      const reply = await this.#shell.receive()
      const at = reply.findIndex((frame) => frame.toString() === "<IDS|MSG>")
      const [parent, body] = [reply[at + 3], reply[at + 5]].map((frame) => JSON.parse(String(frame)))
      if (parent.msg_id === header.msg_id) return body
    }
  }
}

function tslabFolder(): string {
  return installApart("tslab", [`tslab@${tslabVersion}`], ["--ignore-scripts"])
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
