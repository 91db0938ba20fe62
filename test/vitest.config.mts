import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

/** Seed after seed of clusters that break a rule: they belong to the simulation. */
const broken = "test/cluster/sim/broken*.test.ts"
const apart = ["test/lessons/**", "test/conformance/**", "test/vscode/**", broken]

/**
 * Vitest would leave one core free, which on two cores is half of them; no test needs the machine for itself, for each
 * has a cluster of its own and waits for conditions, not for time.
 */
const maxWorkers = availableParallelism()

/** No test is about time: this ends one that hangs, on a machine many times slower than ours. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000 }

/** Projects, because they need different things: nothing, time, a built product, and clients that others wrote. */
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    projects: [
      {
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: apart, ...patience, maxWorkers },
      },
      { test: { name: "simulation", include: [broken], maxWorkers } },
      {
        test: {
          name: "lessons",
          include: ["test/lessons/**/*.test.ts"],
          ...patience,
          // Whole lessons, one after the other.
          testTimeout: 600_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          testTimeout: 180_000,
          // Apache Kafka is formatted and started by JVM after JVM.
          hookTimeout: process.env.CONFORMANCE_ON === "kafka" ? 900_000 : 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
