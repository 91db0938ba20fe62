import { spawn } from "node:child_process"
import { join } from "node:path"
import { root, runMain, setUp } from "./setUp.mjs"

/** The suite tries each property 20 to 50 times, times what one try costs little; this is an hour of one processor. */
const defaultRuns = 5_000

/** What reads the bytes of strangers: frames, requests, record batches. */
const targets = ["test/protocol/malformed.test.ts", "test/cluster/server/garbage", "test/cluster/log/garbage"]

await setUp()
await runMain(fuzz)

/** The suite's fuzz tests, for longer: `npm run fuzz [-- --runs N]`. A failure prints its seed and its shrunken bytes. */
async function fuzz() {
  const runs = Number(argumentOf("--runs") ?? defaultRuns)
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs takes a number from 1.")
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const options = ["run", "--config", join(root, "test", "vitest.config.mts"), "--project", "unit", ...targets]
  const child = spawn(process.execPath, [vitest, ...options], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, FUZZ_RUNS: String(runs) },
  })
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
  process.exitCode = await new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)))
}

function argumentOf(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
