import { electLeaders } from "../../src/protocol/api/43_electLeaders"
import type { Answers } from "./recordings"
import type { Scenario } from "./scenario"
import { nodes, type Shape, type Side, type StartSide, shapes } from "./side"
import { Stage } from "./stage"

export interface Played {
  readonly scenario: Scenario
  readonly answers: Answers
  /** Why it did not come to its end. */
  readonly failure?: string
}

export interface PlayOptions {
  readonly start: StartSide
  /** How many clusters with faults run at once, and how many calm scenarios on one. */
  readonly lanes: number
  /** One cluster takes fault after fault, and is repaired between: for a cluster that starts slowly. */
  readonly reuse: boolean
  readonly onPlayed?: (played: Played) => void
}

/** Plays scenarios: those that break nothing side by side on one cluster, the others alone. */
export async function playScenarios(scenarios: readonly Scenario[], options: PlayOptions): Promise<Played[]> {
  const all: Played[] = []
  for (const shape of Object.keys(shapes) as Shape[]) {
    const wanted = scenarios.filter((each) => (each.shape ?? "one controller") === shape)
    if (wanted.length > 0) all.push(...(await playOnShape(wanted, shape, options)))
  }
  return all
}

async function playOnShape(scenarios: readonly Scenario[], shape: Shape, options: PlayOptions): Promise<Played[]> {
  const calm = scenarios.filter(({ faults }) => !faults)
  const broken = scenarios.filter(({ faults }) => faults)
  if (options.reuse) {
    return await onSide(shape, options, async (side) => [
      ...(await inLanes(calm, options.lanes, (scenario) => playOne(scenario, side, options))),
      ...(await inLanes(broken, 1, (scenario) => playAndRepair(scenario, side, options))),
    ])
  }
  const lanesOfBroken = inLanes(broken, options.lanes, (scenario) =>
    onSide(shape, options, (side) => playOne(scenario, side, options)),
  )
  if (calm.length === 0) return await lanesOfBroken
  const all = onSide(shape, options, (side) =>
    inLanes(calm, options.lanes, (scenario) => playOne(scenario, side, options)),
  )
  return (await Promise.all([all, lanesOfBroken])).flat()
}

async function playAndRepair(scenario: Scenario, side: Side, options: PlayOptions): Promise<Played> {
  const played = await playOne(scenario, side, options)
  await side.repair()
  await untilReady(side)
  return played
}

async function onSide<T>(shape: Shape, { start }: PlayOptions, play: (side: Side) => Promise<T>): Promise<T> {
  const side = await start(shape)
  try {
    await untilReady(side)
    return await play(side)
  } finally {
    await side.close()
  }
}

async function playOne(scenario: Scenario, side: Side, { onPlayed }: PlayOptions): Promise<Played> {
  const stage = new Stage(side, scenario.name)
  let played: Played
  try {
    await scenario.play(stage)
    played = { scenario, answers: stage.answers }
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    played = { scenario, answers: stage.answers, failure }
  }
  onPlayed?.(played)
  return played
}

/** Every node knows all brokers, and the topics of the coordinators are there and whole. */
async function untilReady(side: Side): Promise<void> {
  const stage = new Stage(side, "ready")
  await stage.until("three brokers", async () => {
    const seen = await Promise.all(nodes.map((on) => stage.brokersSeenBy(on)))
    return seen.every((count) => count === nodes.length)
  })
  // Leaders that moved with the last fault come back: every node coordinates something.
  await stage.send(electLeaders, 2, { electionType: 0, topicPartitions: null, timeoutMs: 20_000 })
  await stage.coordinator("anything", 0)
  await stage.coordinator("anything", 1)
  for (const topic of ["__consumer_offsets", "__transaction_state"]) {
    for (const partition of [0, 1, 2]) {
      await stage.untilIsr(topic, nodes, partition)
      await stage.untilLed(topic, partition)
    }
  }
}

async function inLanes<T, R>(all: readonly T[], lanes: number, run: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const rest = [...all]
  const lane = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) results.push(await run(next))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}
