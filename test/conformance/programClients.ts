import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { installApacheKafka } from "../../scripts/apacheKafka.mjs"
import type { Ability, Client, Outcome, Task } from "./client"

const execute = promisify(execFile)
const here = import.meta.dirname
const cache = join(here, "..", "..", ".cache", "conformance")
const javaClasses = join(cache, "java")

/** The JVM, a Go build: none of them is quick on a small machine. */
// Brokers that come back as JVMs take minutes where the embedded ones take seconds.
const programTimeoutMs = process.env.CONFORMANCE_ON === "kafka" ? 900_000 : 150_000

const everything: readonly Ability[] = [
  "create",
  "none",
  "gzip",
  "snappy",
  "lz4",
  "zstd",
  "idempotent",
  "offset",
  "time",
  "classic group",
  "committed",
  "admin",
  "SASL_SSL",
]

/** A client whose commands are done by a program that prints its outcome as one line of JSON. */
class ProgramClient implements Client {
  readonly speaksTransactions2: boolean

  constructor(
    readonly name: string,
    readonly can: readonly Ability[],
    private readonly build: () => Promise<string>,
    private readonly commandLine: () => readonly string[],
  ) {
    this.speaksTransactions2 = name === "Java client"
  }

  async prepare(): Promise<{ version: string } | { missing: string }> {
    try {
      return { version: await this.build() }
    } catch (error) {
      return { missing: firstLine(error) }
    }
  }

  async run(task: Task, signal?: AbortSignal): Promise<Outcome> {
    const [program = "", ...words] = [...this.commandLine(), JSON.stringify(task)]
    const options = { timeout: programTimeoutMs, maxBuffer: 1 << 26, killSignal: "SIGKILL", signal } as const
    const { stdout } = await execute(program, words, options)
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome
  }
}

const transactions: readonly Ability[] = ["transactional", "read_committed", "read_uncommitted"]

/** kafka-python 2.0.2 of Debian has no idempotent producer and no ZSTD without a further package. */
const pythonAbilities = everything.filter((ability) => !["idempotent", "snappy", "lz4", "zstd"].includes(ability))

export function programClients(classPath: string | undefined): Client[] {
  const goProgram = join(cache, "go")
  const buildGo = async (module: string) => {
    mkdirSync(cache, { recursive: true })
    const source = join(here, "go")
    if (isOlder(goProgram, source))
      await execute("go", ["build", "-o", goProgram, "."], { cwd: source, timeout: 600_000 })
    const { stdout } = await execute("go", ["list", "-m", module], { cwd: source })
    return stdout.trim().split(" ")[1] ?? "?"
  }
  const python = ["/usr/bin/python3", "python3"].find((path) => !path.startsWith("/") || existsSync(path)) ?? "python3"
  const buildJava = async () => {
    if (classPath === undefined) throw new Error("Apache Kafka's jars are not here")
    await buildJavaClasses(classPath)
    const jar = readdirSync(classPath.replace(/\*$/, "")).find((name) => name.startsWith("kafka-clients-"))
    return /([\d.]+)\.jar$/.exec(jar ?? "")?.[1] ?? "?"
  }
  return [
    new ProgramClient(
      "kafka-python",
      pythonAbilities,
      async () => (await execute(python, ["-c", "import kafka; print(kafka.__version__)"])).stdout.trim(),
      () => [python, join(here, "python", "scenarios.py")],
    ),
    new ProgramClient(
      "sarama",
      [...everything, ...transactions],
      () => buildGo("github.com/IBM/sarama"),
      () => [goProgram, "sarama"],
    ),
    new ProgramClient(
      "kafka-go",
      everything.filter((ability) => ability !== "idempotent"),
      () => buildGo("github.com/segmentio/kafka-go"),
      () => [goProgram, "kafka-go"],
    ),
    new ProgramClient("Java client", [...everything, "consumer group", ...transactions], buildJava, () => [
      "java",
      "-Xmx256m",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      `${javaClasses}:${classPath}`,
      "Scenarios",
    ]),
  ]
}

/** Compiles what is written in Java, where it is newer than its classes. Gives their folder. */
export async function buildJavaClasses(classPath: string): Promise<string> {
  mkdirSync(javaClasses, { recursive: true })
  const source = join(here, "java")
  if (isOlder(join(javaClasses, "Scenarios.class"), source)) {
    const files = readdirSync(source).map((name) => join(source, name))
    await execute("javac", ["-d", javaClasses, "-cp", classPath, ...files])
  }
  return javaClasses
}

function isOlder(built: string, source: string): boolean {
  if (!existsSync(built)) return true
  const files = statSync(source).isDirectory() ? readdirSync(source).map((name) => join(source, name)) : [source]
  return files.some((file) => statSync(file).mtimeMs > statSync(built).mtimeMs)
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""
}

/** The class path of Apache Kafka, fetched from Maven Central where Java is there. */
export function findKafkaClassPath(): string | undefined {
  try {
    return installApacheKafka()
  } catch {
    return undefined
  }
}
