import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { kafkaVersion } from "../../scripts/apacheKafka.mjs"
import { compareAnswers } from "../differential/compareAnswers"
import { startEmbeddedSide } from "../differential/embeddedSide"
import { explained } from "../differential/explained"
import { type Played, playScenarios } from "../differential/playScenarios"
import { Recordings } from "../differential/recordings"
import { scenarios } from "../differential/scenarios"

const root = join(import.meta.dirname, "..", "..")
const all = Object.entries(scenarios).flatMap(([file, each]) => each.map((scenario) => ({ file, scenario })))
const LANES = 4
const LIMIT_MS = 420_000

describe(`the same as Apache Kafka ${kafkaVersion} answered`, () => {
  const recordings = new Recordings(root, kafkaVersion)
  let played: readonly Played[] = []
  const counts = { equal: 0, explained: 0, different: 0 }

  beforeAll(async () => {
    played = await playScenarios(
      all.map(({ scenario }) => scenario),
      { start: (shape) => startEmbeddedSide(root, shape), lanes: LANES, reuse: false },
    )
  }, LIMIT_MS)

  afterAll(() => {
    console.log(`${all.length} scenarios, ${counts.equal} equal, ${counts.explained} explained`)
  })

  it.each(all.map(({ file, scenario }) => [scenario.name, file] as const))("%s", (name, file) => {
    const own = played.find(({ scenario }) => scenario.name === name)
    if (own === undefined) throw new Error("The scenario was not played.")
    const { verdict, lines } = compareAnswers(own, recordings.answersOf(file, name), explained)
    counts[verdict]++
    for (const line of verdict === "explained" ? lines : []) console.log(`${name}: ${line}`)
    expect(verdict === "different" ? lines : []).toEqual([])
  })

  it("explains no scenario that there is not", () => {
    const names = new Set(all.map(({ scenario }) => scenario.name))
    expect(explained.filter(({ scenario }) => !names.has(scenario))).toEqual([])
  })

  it("breaks clusters and ends transactions often enough", () => {
    const faults = all.filter(({ scenario }) => scenario.faults)
    const transactional = all.filter(({ scenario }) => scenario.transactions)
    const isEnough = all.length >= 60 && faults.length >= 20 && transactional.length >= 10
    expect({
      scenarios: all.length,
      faults: faults.length,
      transactions: transactional.length,
      isEnough,
    }).toMatchObject({
      isEnough: true,
    })
  })

  it("has a name of its own for every scenario", () => {
    const names = all.map(({ scenario }) => scenario.name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})
