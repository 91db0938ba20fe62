import { runMain, setUp } from "./setUp.mjs"

await setUp()
await runMain(runKafka)

/** Apache Kafka itself, to compare with: prints `bootstrap: …` first, and runs until Ctrl-C. */
async function runKafka() {
  const { startApacheKafka } = await import("./apacheKafka.mjs")
  const kafka = await startApacheKafka({
    brokers: Number(argumentOf("--brokers") ?? 3),
    port: Number(argumentOf("--port") ?? 0),
    profile: argumentOf("--profile") ?? "defaults",
  })
  console.log(`bootstrap: ${kafka.bootstrap}`)
  await new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve)
  })
  await kafka.stop()
}

function argumentOf(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
