import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/**
 * kafkajs 2.2.4 re-arms a timer with a negative delay on every idle connection (its issues 1556 and 1751): 1,000
 * wake-ups a second, and TimeoutNegativeWarning from Node 24 on. It needs the timer only while requests wait or the
 * broker throttles.
 */
const original = "    if (!this.throttleCheckTimeoutId) {"
const mended = "    if (!this.throttleCheckTimeoutId && (this.pending.length > 0 || scheduleAt > 0)) {"

/** What a cell redeclares (`const process = …`) must not reach the bundle: it takes Node's globals by import. */
const nodeGlobals = fileURLToPath(new URL("../src/kernel/nodeGlobals.ts", import.meta.url))

/** The esbuild plugin of every bundle that runs kafkajs beside cells. A changed kafkajs fails the build. */
export function mendKafkajs() {
  return {
    name: "mend-kafkajs",
    setup(build) {
      build.initialOptions.inject = [...(build.initialOptions.inject ?? []), nodeGlobals]
      build.onLoad({ filter: /kafkajs[\\/]src[\\/]network[\\/]requestQueue[\\/]index\.js$/ }, ({ path }) => ({
        contents: mend(readFileSync(path, "utf8")),
        loader: "js",
      }))
    },
  }
}

/** Puts the mended line in the place of the original, which must be there exactly once. */
export function mend(source) {
  const parts = source.split(original)
  if (parts.length !== 2) {
    throw new Error("kafkajs changed: the line that re-arms the idle timer is not where it was. See mendKafkajs.mjs.")
  }
  return parts.join(mended)
}
