import { describe, expect, it } from "vitest"
import { MetricsRegistry } from "../../src/kit/metrics"

describe("metrics", () => {
  it("are 80 % after eight sent and two failed, and 100 % before the first", () => {
    const counts = new MetricsRegistry().addProducer("shop")
    const before = counts.read().success_rate
    counts.total = 10
    counts.failed = 2
    expect([before, counts.read().success_rate.toFixed(2)]).toEqual([100, "80.00"])
  })

  it("are Prometheus's text format, with escaped labels and a name of its own for each client", () => {
    const metrics = new MetricsRegistry()
    metrics.addProducer('a "b"\\').total = 3
    const consumer = metrics.addConsumer("billing")
    metrics.addConsumer("billing")
    consumer.success = 5
    consumer.joins = 3
    consumer.lag.set("my-topic-2", 7)
    const lines = metrics.prometheus().split("\n")
    for (const line of [
      "# TYPE messages_sent_total counter",
      'messages_sent_total{client="a \\"b\\"\\\\",status="success"} 3',
      'messages_processed_total{client="billing",status="success"} 5',
      'messages_processed_total{client="billing-2",status="success"} 0',
      'consumer_rebalance_total{client="billing"} 2',
      'consumer_lag{client="billing",topic="my-topic",partition="2"} 7',
    ]) {
      expect(lines).toContain(line)
    }
    const helps = lines.filter((line) => line.startsWith("# HELP")).length
    const types = lines.filter((line) => line.startsWith("# TYPE")).length
    expect(helps).toBe(types)
    expect(lines.filter((line) => !/^(#.*|[a-z_]+\{.*\} \d+(\.\d+)?|)$/.test(line))).toEqual([])
  })
})
