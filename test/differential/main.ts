// Runs as a program of its own, bundled by scripts/differential.mjs: `[--record] [--only TEXT]`.
import { parseArgs } from "node:util"
import type { startApacheKafka } from "../../scripts/apacheKafka.mjs"
import { startApacheSide } from "./apacheSide"
import { compareAnswers } from "./compareAnswers"
import { startEmbeddedSide } from "./embeddedSide"
import { explained } from "./explained"
import { type Played, playScenarios } from "./playScenarios"
import { type Answers, Recordings } from "./recordings"
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
  const { values } = parseArgs({ args: [...argv], options: { record: { type: "boolean" }, only: { type: "string" } } })
  const chosen = Object.entries(scenarios).map(([file, all]): [string, readonly Scenario[]] => [
    file,
    all.filter(({ name }) => values.only === undefined || name.includes(values.only)),
  ])
  const recordings = new Recordings(surroundings.root, surroundings.kafkaVersion)
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
      onPlayed: ({ scenario, failure }) =>
        say(`${failure ? "✗" : "✓"} ${scenario.name}${failure ? `\n${failure}` : ""}`),
    },
  )
  const answers = new Map<string, Answers>()
  for (const each of played) if (each.failure === undefined) answers.set(each.scenario.name, each.answers)
  for (const [file] of chosen) {
    const names = (scenarios[file] ?? []).map(({ name }) => name)
    recordings.keep(file, names, answers)
  }
  say(`${answers.size} of ${played.length} scenarios recorded on Apache Kafka ${surroundings.kafkaVersion}`)
  return answers.size === played.length ? 0 : 1
}

async function compare(chosen: Chosen, recordings: Recordings, surroundings: Surroundings): Promise<number> {
  const all = chosen.flatMap(([, each]) => each)
  const played = await playScenarios(all, {
    start: (shape) => startEmbeddedSide(surroundings.root, shape),
    lanes: EMBEDDED_LANES,
    reuse: false,
  })
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
