import type { Answers } from "./recordings"
import type { Scenario } from "./scenario"
import { nodes, type Shape, type Side, type StartSide } from "./side"
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
  const calm = scenarios.filter(({ faults }) => !faults)
  const all = await playCalm(calm, options)
  for (const shape of ["one controller", "three controllers"] as const) {
    const broken = scenarios.filter((each) => each.faults && (each.shape ?? "one controller") === shape)
    if (broken.length > 0) all.push(...(await playBroken(broken, shape, options)))
  }
  return all
}

async function playCalm(scenarios: readonly Scenario[], options: PlayOptions): Promise<Played[]> {
  if (scenarios.length === 0) return []
  const side = await startReady(options.start, "one controller")
  try {
    return await inLanes(scenarios, options.lanes, (scenario) => playOne(scenario, side, options))
  } finally {
    await side.close()
  }
}

async function playBroken(scenarios: readonly Scenario[], shape: Shape, options: PlayOptions): Promise<Played[]> {
  if (!options.reuse) {
    return await inLanes(scenarios, options.lanes, async (scenario) => {
      const side = await startReady(options.start, shape)
      try {
        return await playOne(scenario, side, options)
      } finally {
        await side.close()
      }
    })
  }
  const side = await startReady(options.start, shape)
  try {
    return await inLanes(scenarios, 1, async (scenario) => {
      const played = await playOne(scenario, side, options)
      await side.repair()
      await untilReady(side)
      return played
    })
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

async function startReady(start: StartSide, shape: Shape): Promise<Side> {
  const side = await start(shape)
  await untilReady(side)
  return side
}

/** Every node knows all brokers, and the topics of the coordinators are there and whole. */
async function untilReady(side: Side): Promise<void> {
  const stage = new Stage(side, "ready")
  await stage.until("three brokers", async () => {
    const seen = await Promise.all(nodes.map((on) => stage.brokersSeenBy(on)))
    return seen.every((count) => count === nodes.length)
  })
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
