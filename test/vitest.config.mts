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

/** Projects, because they need different things: nothing, time, a built product, and clients that others wrote. */
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    projects: [
      {
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: apart, testTimeout: 60_000, maxWorkers },
      },
      { test: { name: "simulation", include: [broken], maxWorkers } },
      {
        test: {
          name: "lessons",
          include: ["test/lessons/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
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
