import { describeConfigs } from "../../../src/protocol/api/32_describeConfigs"
import { alterConfigs } from "../../../src/protocol/api/33_alterConfigs"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import type { ElementOf, RequestInput } from "../../../src/protocol/schema"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

type Change = ElementOf<ElementOf<RequestInput<typeof incrementalAlterConfigs>["resources"]>["configs"]>

const TOPIC = 2
const BROKER = 4
const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

const change = (configOperation: number, name: string, value: string | null = null): Change => ({
  name,
  configOperation,
  value,
})

async function alter(
  stage: Stage,
  label: string,
  changes: readonly Change[],
  { resourceType = TOPIC, resourceName = stage.id, validateOnly = false } = {},
): Promise<void> {
  const resources = [{ resourceType, resourceName, configs: changes }]
  await stage.ask(label, incrementalAlterConfigs, 1, { resources, validateOnly }, { on: 1 })
}

async function show(stage: Stage, label: string, keys: readonly string[], resourceName = stage.id): Promise<void> {
  const resources = [{ resourceType: TOPIC, resourceName, configurationKeys: keys }]
  await stage.ask(label, describeConfigs, 4, { resources, includeSynonyms: true }, { on: 1 })
}

/** Waits until node 1 describes a config as it was set. */
async function untilValue(stage: Stage, name: string, value: string): Promise<void> {
  await stage.until(`${name}=${value}`, async () => {
    const resources = [{ resourceType: TOPIC, resourceName: stage.id, configurationKeys: [name] }]
    const { results } = await stage.send(describeConfigs, 4, { resources }, { on: 1 })
    return results[0]?.configs[0]?.value === value
  })
}

/** Configs of topics and brokers. */
export const configs: readonly Scenario[] = [
  {
    name: "configs of a topic",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "retention.ms": "5000" } })
      const keys = ["retention.ms", "cleanup.policy", "min.insync.replicas", "segment.bytes"]
      await show(stage, "set and defaults", keys)
      await show(stage, "a name that there is not", ["retention.years"])
      await show(stage, "no such topic", keys, `${stage.id}-missing`)
      await show(stage, "no name at all", keys, "a b")
      const resources = [{ resourceType: 99, resourceName: stage.id, configurationKeys: keys }]
      await stage.outcome("a kind that there is not", () =>
        stage.send(describeConfigs, 4, { resources, includeSynonyms: true }, { on: 1 }),
      )
      await alter(stage, "set", [change(SET, "retention.ms", "7000")])
      await untilValue(stage, "retention.ms", "7000")
      await show(stage, "after the change", keys)
      await alter(stage, "deleted", [change(DELETE, "retention.ms")])
      await untilValue(stage, "retention.ms", "604800000")
      await show(stage, "after the deletion", keys)
    },
  },
  {
    name: "changes of configs that are refused",
    async play(stage) {
      await stage.createTopic(stage.id)
      await alter(stage, "a name that there is not", [change(SET, "retention.years", "1")])
      await alter(stage, "no number", [change(SET, "retention.ms", "long")])
      await alter(stage, "null", [change(SET, "retention.ms")])
      await alter(stage, "an operation that there is not", [change(9, "retention.ms", "1")])
      await alter(stage, "to a number appended", [change(APPEND, "retention.ms", "1")])
      await alter(stage, "twice", [change(SET, "retention.ms", "1"), change(SET, "retention.ms", "2")])
      await alter(stage, "no such topic", [change(SET, "retention.ms", "1")], { resourceName: `${stage.id}-missing` })
      await alter(stage, "a deletion of what is not set", [change(DELETE, "retention.ms")])
      await alter(stage, "only looked at", [change(SET, "retention.ms", "1")], { validateOnly: true })
      await alter(stage, "looked at and refused", [change(SET, "retention.ms", "x")], { validateOnly: true })
      await alter(stage, "one of two is bad", [change(SET, "retention.ms", "1"), change(SET, "odd", "2")])
      await show(stage, "nothing has changed", ["retention.ms"])
    },
  },
  {
    name: "lists in configs",
    async play(stage) {
      await stage.createTopic(stage.id)
      await alter(stage, "appended", [change(APPEND, "cleanup.policy", "compact")])
      await untilValue(stage, "cleanup.policy", "delete,compact")
      await show(stage, "both", ["cleanup.policy"])
      await alter(stage, "appended again", [change(APPEND, "cleanup.policy", "compact")])
      await alter(stage, "subtracted", [change(SUBTRACT, "cleanup.policy", "delete")])
      await untilValue(stage, "cleanup.policy", "compact")
      await show(stage, "one", ["cleanup.policy"])
      await alter(stage, "appended what is none", [change(APPEND, "cleanup.policy", "burn")])
    },
  },
  {
    name: "all configs at once",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "retention.ms": "5000", "max.message.bytes": "9000" } })
      const replace = async (label: string, all: Readonly<Record<string, string>>, validateOnly = false) => {
        const list = Object.entries(all).map(([name, value]) => ({ name, value }))
        const resources = [{ resourceType: TOPIC, resourceName: stage.id, configs: list }]
        await stage.ask(label, alterConfigs, 2, { resources, validateOnly }, { on: 1 })
      }
      await replace("only looked at", { "retention.ms": "1" }, true)
      await replace("a bad one", { "retention.ms": "x" })
      await replace("one of two", { "retention.ms": "6000" })
      await untilValue(stage, "retention.ms", "6000")
      await show(stage, "the other is gone", ["retention.ms", "max.message.bytes"])
    },
  },
  {
    name: "configs of brokers",
    async play(stage) {
      const broker = async (label: string, resourceName: string, changes: readonly Change[], validateOnly = true) =>
        await alter(stage, label, changes, { resourceType: BROKER, resourceName, validateOnly })
      await broker("of one", "1", [change(SET, "log.retention.ms", "1000")])
      await broker("of all", "", [change(SET, "log.retention.ms", "1000")])
      await broker("only at the start", "1", [change(SET, "broker.session.timeout.ms", "1000")])
      await broker("a broker that is not there", "9", [change(SET, "log.retention.ms", "1000")])
      await broker("no broker's name", "one", [change(SET, "log.retention.ms", "1000")])
      await broker("no number", "1", [change(SET, "log.retention.ms", "x")])
      await broker("a name that is not Kafka's", "1", [change(SET, "my.own.config", "x")])
    },
  },
]
