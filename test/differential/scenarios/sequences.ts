import { initProducerId } from "../../../src/protocol/api/22_initProducerId"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const GREATEST_SEQUENCE = 2_147_483_647
const MEBIBYTE = 1024 * 1024
const UNHEARD_OF = 987_654_321

/** Idempotent producers: their sequences, and the window of batches that a leader remembers. */
export const sequences: readonly Scenario[] = [
  {
    name: "a gap in a sequence",
    proves: ["L06b", "Sequence gap → 45"],
    async play(stage) {
      const { send } = await newProducer(stage)
      await send("first", "a", 0)
      await send("third before second", "c", 2)
      await send("second", "b", 1)
      await send("third", "c", 2)
      await stage.noteRead("in order", stage.id)
    },
  },
  {
    name: "a batch that is sent again",
    proves: ["L06c", "duplicates of the last 5 batches per producer and partition are acknowledged without append"],
    async play(stage) {
      const { send } = await newProducer(stage)
      for (let sequence = 0; sequence < 7; sequence++) await send(`batch ${sequence}`, `v${sequence}`, sequence)
      await send("the last again", "v6", 6)
      await send("the fifth last again", "v2", 2)
      await send("the sixth last again", "v1", 1)
      await send("the first again", "v0", 0)
      await stage.noteRead("seven are kept", stage.id)
    },
  },
  {
    name: "a batch that is sent again when its broker is back",
    faults: true,
    async play(stage) {
      // Each batch begins a segment, and with it a snapshot of the producers, which tells only of the batch before.
      await stage.createTopic(stage.id, { replicas: [[2]], configs: { "segment.bytes": String(MEBIBYTE) } })
      const { producerId, producerEpoch } = await stage.newProducerId()
      const send = (label: string, baseSequence: number) =>
        stage.noteProduce(label, stage.id, ["x".repeat(0.7 * MEBIBYTE)], { producerId, producerEpoch, baseSequence })
      for (let sequence = 0; sequence < 4; sequence++) await send(`batch ${sequence}`, sequence)
      await stage.kill(2)
      await stage.start(2)
      await stage.untilLed(stage.id, 0, 2)
      await send("the last again", 3)
      await send("the one before it again", 2)
      await send("the third last again", 1)
      await send("the next", 4)
    },
  },
  {
    name: "batches of several records that overlap",
    async play(stage) {
      const { producerId, producerEpoch } = await newProducer(stage)
      const send = (label: string, values: readonly string[], baseSequence: number) =>
        stage.noteProduce(label, stage.id, values, { producerId, producerEpoch, baseSequence })
      await send("three", ["a", "b", "c"], 0)
      await send("the same first, but two", ["a", "b"], 0)
      await send("from the second on", ["b", "c", "d"], 1)
      await send("after them", ["d"], 3)
      await send("three again", ["a", "b", "c"], 0)
      await stage.noteRead("four are kept", stage.id)
    },
  },
  {
    name: "epochs of a producer",
    proves: ["Fenced producer 90/47"],
    async play(stage) {
      const { producerId } = await newProducer(stage)
      const send = (label: string, producerEpoch: number, baseSequence: number) =>
        stage.noteProduce(label, stage.id, [label], { producerId, producerEpoch, baseSequence })
      await send("epoch 0", 0, 0)
      await send("epoch 2 amid a sequence", 2, 5)
      await send("epoch 2 from the start", 2, 0)
      await send("epoch 1 is too old", 1, 0)
      await send("epoch 0 is too old", 0, 1)
      await send("epoch 2 goes on", 2, 1)
      await stage.noteRead("three are kept", stage.id)
    },
  },
  {
    name: "a producer that the log has never heard of",
    async play(stage) {
      await stage.createTopic(stage.id)
      const batch = { producerId: UNHEARD_OF, producerEpoch: 3 }
      await stage.noteProduce("amid a sequence", stage.id, ["a"], { ...batch, baseSequence: 5 })
      await stage.noteProduce("goes on", stage.id, ["b"], { ...batch, baseSequence: 6 })
      await stage.noteProduce("a sequence below zero", stage.id, ["c"], { ...batch, baseSequence: -1 })
      await stage.noteProduce("an epoch below zero", stage.id, ["d"], {
        ...batch,
        producerEpoch: -1,
        baseSequence: 7,
      })
      await stage.noteRead("what is kept", stage.id)
    },
  },
  {
    name: "a sequence that begins anew",
    async play(stage) {
      await stage.createTopic(stage.id)
      const batch = { producerId: UNHEARD_OF, producerEpoch: 0 }
      await stage.noteProduce("the greatest", stage.id, ["a"], { ...batch, baseSequence: GREATEST_SEQUENCE })
      await stage.noteProduce("zero follows", stage.id, ["b"], { ...batch, baseSequence: 0 })
      await stage.noteRead("both", stage.id)
    },
  },
  {
    name: "the same event twice",
    proves: ["L06d", "L11e"],
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.noteProduce("without a producer id", stage.id, ["event"])
      await stage.noteProduce("and again", stage.id, ["event"])
      for (const name of ["one instance", "another instance"]) {
        const { producerId, producerEpoch } = await stage.newProducerId()
        await stage.noteProduce(name, stage.id, ["event"], { producerId, producerEpoch, baseSequence: 0 })
      }
      await stage.noteRead("four offsets", stage.id)
    },
  },
  {
    name: "a producer id for nobody in particular",
    async play(stage) {
      await stage.newProducerId()
      await stage.ask("first", initProducerId, 4, anonymous)
      await stage.ask("second", initProducerId, 4, anonymous)
      await stage.ask("with an id of its own", initProducerId, 4, { ...anonymous, producerId: 5, producerEpoch: 1 })
      await stage.ask("with an epoch alone", initProducerId, 4, { ...anonymous, producerEpoch: 1 })
      await stage.ask("with no timeout", initProducerId, 4, { ...anonymous, transactionTimeoutMs: 0 })
    },
  },
]

const anonymous = { transactionalId: null, transactionTimeoutMs: 60_000 }

async function newProducer(stage: Stage) {
  await stage.createTopic(stage.id)
  const { producerId, producerEpoch } = await stage.newProducerId()
  const send = (label: string, value: string, baseSequence: number) =>
    stage.noteProduce(label, stage.id, [value], { producerId, producerEpoch, baseSequence })
  return { producerId, producerEpoch, send }
}
