import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { buildJavaClasses } from "./programClients"

export interface ToolResult {
  readonly status: number
  readonly output: string
}

/** Apache Kafka's command-line tools, one after the other in one JVM: to start one for each takes longer than its work. */
export class KafkaTools {
  readonly #jvm: ChildProcessWithoutNullStreams
  readonly #answers: AsyncIterator<string>

  constructor(jvm: ChildProcessWithoutNullStreams) {
    this.#jvm = jvm
    this.#answers = createInterface(jvm.stdout)[Symbol.asyncIterator]()
  }

  static async start(classPath: string): Promise<KafkaTools> {
    const classes = await buildJavaClasses(classPath)
    const options = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return new KafkaTools(spawn("java", [...options, "-cp", `${classes}:${classPath}`, "Tools"]))
  }

  /** Runs a tool to its end. Not two at a time: they share System.out. */
  async run(main: string, toolArguments: readonly string[], input = ""): Promise<ToolResult> {
    this.#jvm.stdin.write(`${JSON.stringify({ main, arguments: toolArguments, input })}\n`)
    const { done, value } = await this.#answers.next()
    if (done) throw new Error(`The JVM of the tools ended in ${main}.`)
    return JSON.parse(value) as ToolResult
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#jvm.once("exit", resolve))
    this.#jvm.stdin.end()
    await ended
  }
}
