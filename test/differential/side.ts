/** Which cluster a scenario plays on. Every shape has three brokers. */
export type Shape =
  | "one controller"
  | "three controllers"
  | "a first rebalance that waits"
  | "elections that nobody asks for"

/** A cluster that a scenario is played on, and what can be done to it from outside. */
export interface Side {
  /** Of node 1, 2 and 3. */
  readonly bootstrap: readonly string[]
  kill(node: number): Promise<void>
  /** A controlled shutdown. */
  stop(node: number): Promise<void>
  start(node: number): Promise<void>
  pause(node: number): Promise<void>
  resume(node: number): Promise<void>
  /** What the two say to each other waits for the heal. */
  cut(a: number, b: number): Promise<void>
  heal(a: number, b: number): Promise<void>
  /** A follower fetches no more, but is alive to everybody: of this partition at least. */
  freeze(node: number, topic: string, partition: number): Promise<void>
  unfreeze(node: number, topic: string, partition: number): Promise<void>
  /** Undoes every fault. */
  repair(): Promise<void>
  close(): Promise<void>
}

export type StartSide = (shape: Shape) => Promise<Side>

export const nodes: readonly number[] = [1, 2, 3]

/** The same on both sides, beside the profile `lessons`. */
const sideConfigs: Readonly<Record<string, string>> = {
  "auto.create.topics.enable": "false",
  // A preferred election that comes by itself would change epochs in the midst of a scenario.
  "auto.leader.rebalance.enable": "false",
  "offsets.topic.num.partitions": "3",
  "transaction.state.log.num.partitions": "3",
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
  "group.consumer.min.heartbeat.interval.ms": "500",
  "group.consumer.heartbeat.interval.ms": "500",
}

interface ShapeOptions {
  readonly controllers: 1 | 3
  readonly configs: Readonly<Record<string, string>>
}

export const shapes: Readonly<Record<Shape, ShapeOptions>> = {
  "one controller": { controllers: 1, configs: sideConfigs },
  "three controllers": { controllers: 3, configs: sideConfigs },
  // As long as Kafka's default; the profile has none.
  "a first rebalance that waits": {
    controllers: 1,
    configs: { ...sideConfigs, "group.initial.rebalance.delay.ms": "3000" },
  },
  "elections that nobody asks for": {
    controllers: 1,
    configs: {
      ...sideConfigs,
      "auto.leader.rebalance.enable": "true",
      "leader.imbalance.check.interval.seconds": "1",
      "unclean.leader.election.interval.ms": "1000",
    },
  },
}
