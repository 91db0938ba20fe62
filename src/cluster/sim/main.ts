// Runs as a program of its own: the deterministic simulation. `--seeds N [--seed S] [--workers N] [--history]`.
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { isMainThread, parentPort, Worker } from "node:worker_threads"
import { runSeed, type SeedResult } from "./runSeed"
import { Totals } from "./totals"

const DEFAULT_SEEDS = 10
/** Of a history that failed: how much is shown before the first violation. */
const SHOWN_LINES = 80
const SHOWN_VIOLATIONS = 10

if (isMainThread) void main()
else parentPort?.on("message", (seed: number) => void runSeed(seed).then((result) => parentPort?.postMessage(result)))

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      seed: { type: "string" },
      workers: { type: "string" },
      history: { type: "boolean" },
    },
  })
  const first = Number(values.seed ?? 1)
  const seeds = Number(values.seeds ?? (values.seed === undefined ? DEFAULT_SEEDS : 1))
  const workers = Math.min(seeds, Number(values.workers ?? availableParallelism()))
  const totals = new Totals()
  await runAll(first, seeds, workers, (result) => {
    totals.add(result)
    write(describe(result))
    if (values.history) write(result.history.join("\n"))
    else if (result.violations.length > 0) write(describeFailure(result))
  })
  write(totals.describe())
  process.exitCode = totals.isGood ? 0 : 1
}

/** Every seed on a thread of its own core; results come in the order in which they are done. */
async function runAll(
  first: number,
  seeds: number,
  workers: number,
  take: (result: SeedResult) => void,
): Promise<void> {
  let next = first
  const runOnOne = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(process.argv[1] ?? "")
      let seed = next
      const giveNext = () => {
        seed = next++
        if (seed < first + seeds) worker.postMessage(seed)
        else void worker.terminate().then(() => resolve())
      }
      worker.on("message", (result: SeedResult) => {
        take(result)
        giveNext()
      })
      worker.on("error", (cause) => reject(new Error(`Seed ${seed} broke off.`, { cause })))
      giveNext()
    })
  await Promise.all(Array.from({ length: workers }, runOnOne))
}

function describe({ seed, operations, faults, violations, hash }: SeedResult): string {
  const counts = `${operations} operations, ${faults} faults, ${violations.length} violations`
  return `seed ${seed}: ${counts}, ${hash.slice(0, 16)}`
}

/** The faults and decisions of the whole history, then everything shortly before the first violation. */
function describeFailure({ seed, history, violations }: SeedResult): string {
  const at = violations[0]?.line ?? history.length
  const from = Math.max(0, at - SHOWN_LINES)
  const early = history.slice(0, from).filter((line) => /(FAULT|HEALED|leader|isr|controller|relaxed)/.test(line))
  return [
    `── seed ${seed}: faults and decisions`,
    ...early,
    `── seed ${seed}: everything before the first violation`,
    ...history.slice(from, at + 1),
    `── seed ${seed}: ${violations.length} violations`,
    ...violations.slice(0, SHOWN_VIOLATIONS).map(({ invariant, sentence }) => `${invariant}: ${sentence}`),
  ].join("\n")
}

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}
