import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { type Client, isSharedOut, type Outcome, type Task } from "./client"

const execute = promisify(execFile)

/** How long kcat may take over one command. */
const timeoutMs = 60_000

/** kcat, the command-line client over librdkafka: it has no admin commands and shows no committed offsets. */
export class Kcat implements Client {
  readonly name = "kcat/librdkafka"
  readonly can = [
    "none",
    "gzip",
    "snappy",
    "lz4",
    "zstd",
    "idempotent",
    "offset",
    "time",
    "classic group",
    "SASL_SSL",
    "transactional",
    "read_committed",
    "read_uncommitted",
  ] as const
  readonly speaksTransactions2 = false

  async prepare(): Promise<{ version: string } | { missing: string }> {
    try {
      const { output } = await this.toEnd(["-V"])
      return { version: /Version (\S+) .*librdkafka (\S+)/s.exec(output)?.slice(1).join(" / ") ?? "?" }
    } catch {
      return { missing: "kcat is not installed (on Debian: apt-get install kcat)" }
    }
  }

  async run(task: Task): Promise<Outcome> {
    switch (task.command) {
      case "produce":
        return await this.produce(task)
      case "consume":
        return await this.consume(task)
      case "group":
        return await this.group(task)
      case "transact":
        return await this.transact(task)
      default:
        throw new Error(`kcat has no ${task.command}.`)
    }
  }

  private async produce(task: Task): Promise<Outcome> {
    const options = ["-P", "-t", task.topic, "-p", String(task.partition), "-K", ":", "-X", "linger.ms=20"]
    if (task.codec !== "none") options.push("-z", task.codec ?? "")
    options.push("-X", `enable.idempotence=${task.idempotent === true}`)
    const lines = Array.from(
      { length: task.count ?? 0 },
      (_, index) => `${task.codec}-${index}:${task.codec} value ${index}`,
    )
    await this.toEnd([...connection(task), ...options], lines.join("\n"))
    return {}
  }

  private async consume(task: Task): Promise<Outcome> {
    const from = task.timestampMs === undefined ? String(task.offset) : `s@${task.timestampMs}`
    const options = ["-C", "-t", task.topic, "-p", String(task.partition), "-o", from, "-c", String(task.count)]
    options.push("-X", `isolation.level=${task.isolation ?? "read_uncommitted"}`)
    const { output } = await this.toEnd([...connection(task), ...options, "-q", "-f", "%o|%s\\n"])
    const records = output
      .trim()
      .split("\n")
      .map((line) => line.split("|"))
    return { values: records.map(([, value]) => value ?? ""), firstOffset: Number(records[0]?.[0]) }
  }

  /** kcat makes one transaction of its input; to abort one, its library is asked itself. */
  private async transact(task: Task): Promise<Outcome> {
    const program = join(import.meta.dirname, "python", "librdkafka.py")
    const { stdout } = await execute("python3", [program, JSON.stringify(task)], { timeout: timeoutMs })
    return JSON.parse(stdout) as Outcome
  }

  private async group(task: Task): Promise<Outcome> {
    const owned: number[][] = [[], []]
    const seen = new Set<string>()
    const members = [0, 1].map((member) => {
      const options = ["-G", task.group ?? "", "-X", "auto.offset.reset=earliest", "-f", "%p@%o\\n", task.topic]
      const child = spawn("kcat", [...connection(task), "-u", ...options])
      eachLine(child.stdout, (line) => /^\d+@\d+$/.test(line) && seen.add(line))
      // kcat tells of each rebalance on stderr: "% Group g rebalanced (memberid …): assigned: topic [0], topic [2]"
      eachLine(child.stderr, (line) => {
        if (/rebalanced.*revoked/.test(line)) owned[member] = []
        if (/rebalanced.*assigned/.test(line))
          owned[member] = [...line.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]))
      })
      return child
    })
    const deadline = Date.now() + timeoutMs
    const isDone = () => isSharedOut(owned, task.partitions ?? 0) && seen.size >= (task.count ?? 0)
    while (!isDone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
    const outcome = { assignments: owned.map((partitions) => [...partitions]), received: seen.size }
    await Promise.all(members.map(end))
    return outcome
  }

  private toEnd(options: readonly string[], input = ""): Promise<{ output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("kcat", options, { timeout: timeoutMs })
      let output = ""
      let problems = ""
      child.stdout.on("data", (part) => {
        output += part
      })
      child.stderr.on("data", (part) => {
        problems += part
      })
      child.once("error", reject)
      child.once("close", (code) => (code === 0 ? resolve({ output: output + problems }) : reject(new Error(problems))))
      // A kcat that reads no input may be gone before the pipe to it is closed.
      child.stdin.once("error", () => undefined)
      child.stdin.end(input)
    })
  }
}

function connection(task: Task): string[] {
  const options = ["-b", task.bootstrap]
  const { security } = task
  if (security) {
    options.push("-X", "security.protocol=SASL_SSL", "-X", `sasl.mechanisms=${security.mechanism}`)
    options.push("-X", `sasl.username=${security.username}`, "-X", `sasl.password=${security.password}`)
    options.push("-X", `ssl.ca.location=${security.ca}`)
  }
  return options
}

function eachLine(stream: NodeJS.ReadableStream, handle: (line: string) => void): void {
  let rest = ""
  stream.setEncoding("utf8")
  stream.on("data", (part: string) => {
    const lines = (rest + part).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) handle(line)
  })
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once("close", resolve))
  child.kill("SIGTERM")
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000)
  await ended
  clearTimeout(timer)
}
