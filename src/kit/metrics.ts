/** What a producer has done. */
export interface ProducerMetrics {
  /** Percent of the records that were acknowledged; 100 before the first. */
  readonly success_rate: number
  readonly total_messages: number
  readonly failed_messages: number
}

/** What a consumer has done. */
export interface ConsumerMetrics extends ProducerMetrics {
  /** Records whose handler resolved; `duplicate` where it said so. */
  readonly processed: { readonly success: number; readonly duplicate: number }
  readonly retried: number
  readonly dead_lettered: number
  /** How often this member joined a generation after its first. */
  readonly rebalances: number
  /** Records behind the high watermark, by "topic-partition" as of the last fetch; and their sum. */
  readonly lag: number
  readonly lag_by_partition: Readonly<Record<string, number>>
}

/** Counts of one producer. */
export class ProducerCounts {
  total = 0
  failed = 0

  read(): ProducerMetrics {
    return {
      success_rate: this.total === 0 ? 100 : ((this.total - this.failed) / this.total) * 100,
      total_messages: this.total,
      failed_messages: this.failed,
    }
  }
}

/** Counts of one consumer. */
export class ConsumerCounts extends ProducerCounts {
  success = 0
  duplicate = 0
  retried = 0
  deadLettered = 0
  joins = 0
  readonly lag = new Map<string, number>()

  override read(): ConsumerMetrics {
    return {
      ...super.read(),
      processed: { success: this.success, duplicate: this.duplicate },
      retried: this.retried,
      dead_lettered: this.deadLettered,
      rebalances: Math.max(0, this.joins - 1),
      lag: [...this.lag.values()].reduce((sum, lag) => sum + lag, 0),
      lag_by_partition: Object.fromEntries(this.lag),
    }
  }
}

/** All producers and consumers of a kit. */
export interface Metrics {
  /** By client name. */
  all(): { producers: Record<string, ProducerMetrics>; consumers: Record<string, ConsumerMetrics> }
  /** The same in Prometheus's text format, version 0.0.4. */
  prometheus(): string
}

export class MetricsRegistry implements Metrics {
  readonly #producers = new Map<string, ProducerCounts>()
  readonly #consumers = new Map<string, ConsumerCounts>()

  addProducer(name: string): ProducerCounts {
    const counts = new ProducerCounts()
    this.#producers.set(freeName(name, this.#producers), counts)
    return counts
  }

  addConsumer(name: string): ConsumerCounts {
    const counts = new ConsumerCounts()
    this.#consumers.set(freeName(name, this.#consumers), counts)
    return counts
  }

  all() {
    const read = <C extends { read(): unknown }>(counts: ReadonlyMap<string, C>) =>
      Object.fromEntries([...counts].map(([name, count]) => [name, count.read()])) as Record<
        string,
        ReturnType<C["read"]>
      >
    return { producers: read(this.#producers), consumers: read(this.#consumers) }
  }

  prometheus(): string {
    const { producers, consumers } = this.all()
    const sent = Object.entries(producers).flatMap(([client, { total_messages, failed_messages }]) => [
      sample({ client, status: "success" }, total_messages - failed_messages),
      sample({ client, status: "failed" }, failed_messages),
    ])
    const each = <T>(pick: (metrics: ConsumerMetrics, client: string) => T[]) =>
      Object.entries(consumers).flatMap(([client, metrics]) => pick(metrics, client))
    const processed = each(({ processed: { success, duplicate }, failed_messages }, client) => [
      sample({ client, status: "success" }, success),
      sample({ client, status: "duplicate" }, duplicate),
      sample({ client, status: "failed" }, failed_messages),
    ])
    const rates = [...Object.entries(producers), ...Object.entries(consumers)]
    return [
      family("messages_sent_total", "counter", "Records sent, by outcome.", sent),
      family("messages_processed_total", "counter", "Records handled, by outcome.", processed),
      family(
        "messages_retried_total",
        "counter",
        "Records given to their handler again.",
        each(({ retried }, client) => [sample({ client }, retried)]),
      ),
      family(
        "messages_dead_lettered_total",
        "counter",
        "Records sent to a dead-letter topic.",
        each(({ dead_lettered }, client) => [sample({ client }, dead_lettered)]),
      ),
      family(
        "consumer_rebalance_total",
        "counter",
        "Generations joined after the first.",
        each(({ rebalances }, client) => [sample({ client }, rebalances)]),
      ),
      family(
        "consumer_lag",
        "gauge",
        "Records behind the high watermark.",
        each(({ lag_by_partition }, client) =>
          Object.entries(lag_by_partition).map(([name, lag]) => sample({ client, ...splitPartition(name) }, lag)),
        ),
      ),
      family(
        "success_rate",
        "gauge",
        "Percent of the records without an error.",
        rates.map(([client, { success_rate }]) => sample({ client }, success_rate)),
      ),
    ].join("")
  }
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 2, free = name; ; number++) {
    if (!taken.has(free)) return free
    free = `${name}-${number}`
  }
}

function splitPartition(name: string): { topic: string; partition: string } {
  const dash = name.lastIndexOf("-")
  return { topic: name.slice(0, dash), partition: name.slice(dash + 1) }
}

type Sample = { readonly labels: string; readonly value: number }

function sample(labels: Readonly<Record<string, string>>, value: number): Sample {
  const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
  return {
    labels: Object.entries(labels)
      .map(([name, text]) => `${name}="${escaped(text)}"`)
      .join(","),
    value,
  }
}

function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}{${labels}} ${value}\n`)
  return lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`
}
