// Runs as a program of its own, bundled by scripts/differential.mjs: `[--record] [--missing] [--only TEXT]`.
import { parseArgs } from "node:util"
import type { startApacheKafka } from "../../scripts/apacheKafka.mjs"
import { startApacheSide } from "./apacheSide"
import { compareAnswers } from "./compareAnswers"
import { startEmbeddedSide } from "./embeddedSide"
import { explained } from "./explained"
import { type Played, playScenarios } from "./playScenarios"
import { Recordings } from "./recordings"
import type { Scenario } from "./scenario"
import { scenarios } from "./scenarios"

interface Surroundings {
  readonly root: string
  readonly kafkaVersion: string
  readonly startApacheKafka: typeof startApacheKafka
}

const EMBEDDED_LANES = 4
const APACHE_LANES = 4

/** Answers the exit code. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { record: { type: "boolean" }, only: { type: "string" }, missing: { type: "boolean" } },
  })
  const recordings = new Recordings(surroundings.root, surroundings.kafkaVersion)
  const isChosen = (file: string, name: string) =>
    (values.only === undefined || name.includes(values.only)) &&
    (!values.missing || recordings.answersOf(file, name) === undefined)
  const chosen = Object.entries(scenarios).map(([file, all]): [string, readonly Scenario[]] => [
    file,
    all.filter(({ name }) => isChosen(file, name)),
  ])
  if (values.record) return await record(chosen, recordings, surroundings)
  return await compare(chosen, recordings, surroundings)
}

type Chosen = readonly (readonly [file: string, scenarios: readonly Scenario[]])[]

async function record(chosen: Chosen, recordings: Recordings, surroundings: Surroundings): Promise<number> {
  const played = await playScenarios(
    chosen.flatMap(([, all]) => all),
    {
      start: (shape) => startApacheSide(surroundings.startApacheKafka, shape),
      lanes: APACHE_LANES,
      reuse: true,
      onPlayed: (each) => keep(each, recordings),
    },
  )
  const recorded = played.filter(({ failure }) => failure === undefined).length
  say(`${recorded} of ${played.length} scenarios recorded on Apache Kafka ${surroundings.kafkaVersion}`)
  return recorded === played.length ? 0 : 1
}

/** Written at once: a recording that is broken off keeps what it has. */
function keep({ scenario, answers, failure }: Played, recordings: Recordings): void {
  say(failure === undefined ? `✓ ${scenario.name}` : `✗ ${scenario.name}\n${failure}\n${JSON.stringify(answers)}`)
  if (failure !== undefined) return
  for (const [file, all] of Object.entries(scenarios)) {
    if (!all.includes(scenario)) continue
    const names = all.map(({ name }) => name)
    recordings.keep(file, names, new Map([[scenario.name, answers]]))
  }
}

async function compare(chosen: Chosen, recordings: Recordings, surroundings: Surroundings): Promise<number> {
  const all = chosen.flatMap(([, each]) => each)
  const played = await playScenarios(all, {
    start: (shape) => startEmbeddedSide(surroundings.root, shape),
    lanes: EMBEDDED_LANES,
    reuse: false,
  })
  if (all.length === 0) throw new Error("No scenario is called so.")
  const counts = { equal: 0, explained: 0, different: 0 }
  for (const [file, each] of chosen) {
    for (const { name } of each) {
      const { verdict, lines } = compareOne(file, name, played, recordings)
      counts[verdict]++
      if (verdict === "explained") for (const line of lines) say(`= ${name}: ${line}`)
      if (verdict === "different") say(`✗ ${name}\n${lines.join("\n")}`)
    }
  }
  const different = counts.different > 0 ? `, ${counts.different} different` : ""
  say(`${all.length} scenarios, ${counts.equal} equal, ${counts.explained} explained${different}`)
  return counts.different > 0 ? 1 : 0
}

function compareOne(file: string, name: string, played: readonly Played[], recordings: Recordings) {
  const own = played.find(({ scenario }) => scenario.name === name)
  if (own === undefined) throw new Error(`${name} was not played.`)
  return compareAnswers(own, recordings.answersOf(file, name), explained)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
