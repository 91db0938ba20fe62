import { spawn } from "node:child_process"
import { installRdkafkaPerformance } from "../scripts/rdkafkaPerformance.mjs"
import type { Side } from "./side"

const RUN_LIMIT_MS = 120_000

/** Records a second from the first send to the last acknowledgement, as rdkafka_performance counts them. */
export function produceWithLibrdkafka(side: Side, topic: string, acks: number, records: number): Promise<number> {
  return run(["-P", ...target(side, topic, records), "-s", "100", "-a", String(acks), "-X", "linger.ms=5"])
}

/** Records a second from the first record to the last. */
export function consumeWithLibrdkafka(side: Side, topic: string, records: number): Promise<number> {
  return run(["-C", ...target(side, topic, records), "-o", "beginning", "-p", "0", "-p", "1", "-p", "2"])
}

function target({ bootstrap }: Side, topic: string, records: number): string[] {
  return ["-b", bootstrap, "-t", topic, "-c", String(records), "-q"]
}

/** "…, 500000 delivered (…) in 2966ms: 168536 msgs/s …", "500000 messages (50000000 bytes) consumed in 1141ms: …" */
const SUMMARY = /(\d+) (?:delivered|messages) \([^)]*\)(?: consumed)? in (\d+)ms/

function run(options: readonly string[]): Promise<number> {
  const program = installRdkafkaPerformance()
  if ("missing" in program) throw new Error(`rdkafka_performance is missing: ${program.missing}.`)
  return new Promise((resolve, reject) => {
    const child = spawn(program.path, options, { stdio: ["ignore", "pipe", "pipe"], timeout: RUN_LIMIT_MS })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
    }
    child.once("error", reject)
    child.once("close", (code) => {
      const [, count, ms] = SUMMARY.exec(output) ?? []
      if (code === 0 && count && ms) resolve(Number(count) / (Number(ms) / 1_000))
      else reject(new Error(`rdkafka_performance ${options.join(" ")} ended with ${code}: ${output.slice(-1_000)}`))
    })
  })
}
