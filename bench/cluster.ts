// `npm run bench -- cluster`: the embedded cluster beside Apache Kafka, figure by figure.
import { kafkaVersion } from "../scripts/apacheKafka.mjs"
import { installRdkafkaPerformance } from "../scripts/rdkafkaPerformance.mjs"
import { consumeWithKafkajs, produceWithKafkajs, sendFirst, sendOneByOne } from "./measureKafkajs"
import { consumeWithLibrdkafka, produceWithLibrdkafka } from "./measureLibrdkafka"
import { pause } from "./patience"
import { type Row, report } from "./report"
import { runInterruptibly } from "./runInterruptibly"
import { apacheKafka, createTopics, deleteTopics, embedded, kafkaOf, note, type Side, type Starter } from "./side"

/** Fewer rounds and records than these are for development only: the result says how many there were. */
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const starts = Number(process.env.BENCH_STARTS ?? rounds)
const warmUpMs = Number(process.env.BENCH_WARM_UP_MS ?? 30_000)
const scale = Number(process.env.BENCH_SCALE ?? 1)

const LOAD_RECORDS = 1_000_000
const KAFKAJS_RECORDS = 200_000 * scale
const LIBRDKAFKA_RECORDS = 1_000_000 * scale
const WARM_UP_RECORDS = 50_000
/** What a start leaves to do in the background is done by then, on either side. */
const SETTLE_MS = 3_000
/** No round begins after this: whatever the machine, the whole ends within a quarter of an hour. */
const LAST_ROUND_MS = 12 * 60_000

runInterruptibly(async (stops) => {
  const program = installRdkafkaPerformance()
  if ("missing" in program) throw new Error(`rdkafka_performance is missing: ${program.missing}.`)
  const began = performance.now()
  const sides: Side[] = []
  for (const round of count(starts)) {
    const isLast = round === starts - 1
    for (const starter of alternating([embedded, apacheKafka], round)) {
      progress(`start ${round + 1} of ${starts}: ${starter.name}`)
      const side = await startSide(starter, stops)
      if (isLast) sides.push(side)
      else await side.stop()
    }
  }
  progress(`warm-up, ${warmUpMs / 1_000} s each`)
  await warmUp(sides)
  let measured = 0
  for (const round of count(rounds)) {
    if (performance.now() - began > LAST_ROUND_MS) break
    progress(`round ${round + 1} of ${rounds}`)
    await measureRound(sides, round)
    measured++
  }
  for (const side of sides) note(side, "memory after all rounds", side.memoryMiB())
  report("cluster", `Apache Kafka ${kafkaVersion}`, { apacheKafka: kafkaVersion, rounds: String(measured) }, rows())
})

/** Start to first acknowledged record, memory idle, memory after a million records. */
async function startSide(starter: Starter, stops: Set<() => Promise<void>>): Promise<Side> {
  const prepared = await starter.prepare()
  stops.add(prepared.stop)
  const started = performance.now()
  const running = await prepared.start()
  const stop = async () => {
    stops.delete(stop)
    await running.stop()
    stops.delete(prepared.stop)
  }
  stops.add(stop)
  const side: Side = { ...running, name: starter.name, figures: starter.figures, stop }
  const kafka = kafkaOf(side)
  await createTopics(kafka, ["first"])
  await sendFirst(kafka, "first")
  note(side, "start to first acknowledged record", performance.now() - started)
  await pause(SETTLE_MS)
  note(side, "memory idle", side.memoryMiB())
  await produceWithLibrdkafka(side, "first", -1, LOAD_RECORDS)
  note(side, "memory after a million records", side.memoryMiB())
  await deleteTopics(kafka, ["first"])
  return side
}

/** Everything that is measured later, in turns, so that neither side grows cold meanwhile. */
async function warmUp(sides: readonly Side[]): Promise<void> {
  for (const side of sides) await createTopics(kafkaOf(side), ["warm-up"])
  const until = performance.now() + warmUpMs * sides.length
  while (performance.now() < until) {
    for (const side of sides) {
      for (const acks of [1, -1]) await produceWithKafkajs(side, "warm-up", acks, WARM_UP_RECORDS)
      await sendOneByOne(side, "warm-up")
      for (const acks of [1, -1]) await produceWithLibrdkafka(side, "warm-up", acks, WARM_UP_RECORDS * 4)
      await consumeWithLibrdkafka(side, "warm-up", WARM_UP_RECORDS * 4)
    }
  }
  for (const side of sides) await deleteTopics(kafkaOf(side), ["warm-up"])
}

/** Side by side, figure by figure: whatever drifts on the machine hits both alike, as does who goes first. */
async function measureRound(sides: readonly Side[], round: number): Promise<void> {
  const topic = (client: string, acks: number) => `${client}-${acks === 1 ? "leader" : "all"}-${round}`
  const topics = ["kafkajs", "librdkafka"].flatMap((client) => [1, -1].map((acks) => topic(client, acks)))
  for (const side of sides) await createTopics(kafkaOf(side), topics)
  let turn = round
  const measure = async (figure: string, action: (side: Side) => Promise<number>) => {
    for (const side of alternating(sides, turn++)) note(side, figure, await action(side))
  }
  for (const [name, acks] of [["1", 1] as const, ["all", -1] as const]) {
    await measure(`kafkajs produce, acks=${name}`, (side) =>
      produceWithKafkajs(side, topic("kafkajs", acks), acks, KAFKAJS_RECORDS),
    )
  }
  await measure("kafkajs consume", (side) => consumeWithKafkajs(side, topic("kafkajs", -1), KAFKAJS_RECORDS))
  for (const [name, acks] of [["1", 1] as const, ["all", -1] as const]) {
    await measure(`librdkafka produce, acks=${name}`, (side) =>
      produceWithLibrdkafka(side, topic("librdkafka", acks), acks, LIBRDKAFKA_RECORDS),
    )
  }
  await measure("librdkafka consume", (side) =>
    consumeWithLibrdkafka(side, topic("librdkafka", -1), LIBRDKAFKA_RECORDS),
  )
  await measure("single send p50, acks=all", async (side) => {
    const { p50, p99 } = await sendOneByOne(side, topic("kafkajs", -1))
    note(side, "single send p99, acks=all", p99)
    return p50
  })
  for (const side of sides) await deleteTopics(kafkaOf(side), topics)
}

/** What is to be reached, as times better than Apache Kafka; 1 where nothing is said. */
const targets: Readonly<Record<string, number>> = {
  "start to first acknowledged record": 20,
  "memory idle": 8,
  "memory after a million records": 8,
  "memory after all rounds": 8,
}

function rows(): Row[] {
  return [...embedded.figures].map(([figure, ours]) => {
    const unit = figure.startsWith("memory") ? "MiB" : /^(start|single)/.test(figure) ? "ms" : "records/s"
    const peer = apacheKafka.figures.get(figure) ?? []
    return { figure, unit, higherIsBetter: unit === "records/s", ours, peer, target: targets[figure] ?? 1 }
  })
}

function alternating<Item>(items: readonly Item[], turn: number): readonly Item[] {
  return turn % 2 === 0 ? items : items.toReversed()
}

function count(times: number): number[] {
  return Array.from({ length: times }, (_, index) => index)
}

function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
}
