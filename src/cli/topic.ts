import { parseArgs } from "node:util"
import { type Command, type ExitCode, WrongUsage } from "./command"

const USAGE = `logbook topic create NAME... [--partitions 1] [--replication-factor N] [--config name=value]... --bootstrap HOST:PORT,...
logbook topic delete NAME... | exists NAME | list | examples

Without --bootstrap the variable KAFKA_BOOTSTRAP names the cluster. "examples" creates the topics of the notes.
"exists" prints true or false.
`

/** `logbook topic …`: the kit's admin on any cluster. */
export const topic: Command = {
  name: "topic",
  summary: "Create, delete and list topics of any Kafka cluster.",
  usage: USAGE,
  run: runTopic,
}

async function runTopic(argv: readonly string[]): Promise<ExitCode> {
  const usage = readUsage(argv)
  // Late: the other commands need no kafkajs.
  const { openKit } = await import("../kit")
  const kit = openKit({ bootstrap: usage.bootstrap, clientId: "logbook" })
  try {
    const admin = await kit.createAdmin()
    const print = (lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(""))
    switch (usage.action) {
      case "create": {
        const topics = Object.fromEntries(usage.names.map((name) => [name, usage.options]))
        print(await admin.createTopics(topics))
        return 0
      }
      case "delete":
        await admin.deleteTopic(...usage.names)
        return 0
      case "exists":
        print([String(await admin.topicExists(usage.names[0] ?? ""))])
        return 0
      case "list":
        print(await admin.listTopics())
        return 0
      case "examples":
        print(await admin.createExampleTopics())
        return 0
    }
  } finally {
    await kit.close()
  }
}

const actions = ["create", "delete", "exists", "list", "examples"] as const

function readUsage(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      bootstrap: { type: "string" },
      partitions: { type: "string", default: "1" },
      "replication-factor": { type: "string", default: "-1" },
      config: { type: "string", multiple: true, default: [] },
    },
  })
  const [word, ...names] = positionals
  const action = actions.find((candidate) => candidate === word)
  if (action === undefined) throw new WrongUsage(`${word ?? "nothing"} is none of ${actions.join(", ")}`)
  if (["create", "delete", "exists"].includes(action) && names.length === 0)
    throw new WrongUsage(`${action} needs a NAME`)
  const bootstrap = values.bootstrap ?? process.env.KAFKA_BOOTSTRAP
  if (bootstrap === undefined) throw new WrongUsage("which cluster? Give --bootstrap, or set KAFKA_BOOTSTRAP")
  const options = {
    partitions: Number(values.partitions),
    replicationFactor: Number(values["replication-factor"]),
    configs: Object.fromEntries(
      values.config.map((text) => [text.split("=")[0] ?? "", text.split("=").slice(1).join("=")]),
    ),
  }
  return { action, names, bootstrap, options }
}
