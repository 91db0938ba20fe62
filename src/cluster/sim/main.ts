// Runs as a program of its own: the deterministic simulation. `--seeds N [--seed S]`.
import { parseArgs } from "node:util"
import { type Coverage, runSeed } from "./runSeed"

const DEFAULT_SEEDS = 10
const HISTORY_LINES = 60

void main()

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: "string" }, seed: { type: "string" } } })
  const first = Number(values.seed ?? 1)
  const seeds = Number(values.seeds ?? (values.seed === undefined ? DEFAULT_SEEDS : 1))
  const totals = { operations: 0, faults: 0, checks: 0, violations: 0 }
  const coverage = new Map<Coverage, number>()
  for (let seed = first; seed < first + seeds; seed++) {
    const result = await runSeed(seed)
    totals.operations += result.operations
    totals.faults += result.faults
    totals.checks += result.checks
    totals.violations += result.violations.length
    for (const kind of result.coverage) coverage.set(kind, (coverage.get(kind) ?? 0) + 1)
    process.stdout.write(
      `seed ${seed}: ${result.operations} operations, ${result.violations.length} violations, ${result.hash.slice(0, 16)}\n`,
    )
    if (result.violations.length > 0) {
      process.stdout.write(
        `${result.history.slice(-HISTORY_LINES).join("\n")}\n${result.violations
          .slice(0, 10)
          .map(({ invariant, sentence }) => `${invariant}: ${sentence}`)
          .join("\n")}\n`,
      )
    }
  }
  process.stdout.write(`${[...coverage].map(([kind, count]) => `${kind} ${count}`).join(", ")}\n`)
  const { operations, faults, checks, violations } = totals
  process.stdout.write(
    `seeds ${seeds}, operations ${operations}, faults ${faults}, checks ${checks}, violations ${violations}\n`,
  )
  process.exitCode = violations > 0 ? 1 : 0
}
