import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
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
const LIMIT_MS = 300_000

describe(`the same as Apache Kafka ${kafkaVersion} answered`, () => {
  const recordings = new Recordings(root, kafkaVersion)
  let played: readonly Played[] = []

  beforeAll(async () => {
    played = await playScenarios(
      all.map(({ scenario }) => scenario),
      { start: (shape) => startEmbeddedSide(root, shape), lanes: LANES, reuse: false },
    )
  }, LIMIT_MS)

  it.each(all.map(({ file, scenario }) => [scenario.name, file] as const))("%s", (name, file) => {
    const own = played.find(({ scenario }) => scenario.name === name)
    if (own === undefined) throw new Error("The scenario was not played.")
    const { verdict, lines } = compareAnswers(own, recordings.answersOf(file, name), explained)
    expect(verdict === "different" ? lines : []).toEqual([])
  })

  it("explains no scenario that there is not", () => {
    const names = new Set(all.map(({ scenario }) => scenario.name))
    expect(explained.filter(({ scenario }) => !names.has(scenario))).toEqual([])
  })

  it("has a name of its own for every scenario", () => {
    const names = all.map(({ scenario }) => scenario.name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})
