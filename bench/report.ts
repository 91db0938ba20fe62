import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { join } from "node:path"

export interface Row {
  readonly figure: string
  readonly unit: string
  /** Whether a larger number is the better one. */
  readonly higherIsBetter: boolean
  /** What each round measured, ours and the peer's, in turn; the peer's is empty where there is none. */
  readonly ours: readonly number[]
  readonly peer: readonly number[]
  /** Ratio that counts as reached: ours to the peer's where higher is better, else the peer's to ours. */
  readonly target?: number
  /** What our median must stay below, whatever the peer does. */
  readonly limit?: number
}

/** Prints the table and writes bench/results/<name>.json: machine, versions, date, medians and spread. */
export function report(name: string, peerName: string, versions: Record<string, string>, rows: readonly Row[]): void {
  const results = rows.map((row) => ({
    figure: row.figure,
    unit: row.unit,
    ours: spread(row.ours),
    ...(row.peer.length > 0 && { peer: spread(row.peer), timesBetter: spread(ratios(row)) }),
    ...(row.limit === undefined ? {} : { limit: row.limit, isReached: median(row.ours) < row.limit }),
    ...(row.target === undefined ? {} : { target: row.target }),
  }))
  console.log(`| figure | ours | ${peerName} | times better | target |\n|---|---|---|---|---|`)
  for (const { figure, unit, ours, peer, timesBetter, target, limit, isReached } of results) {
    const beside = peer && timesBetter ? [`${format(peer)} ${unit}`, format(timesBetter)] : ["–", "–"]
    const wanted = limit === undefined ? target : `< ${limit} ${unit} ${isReached ? "✓" : "✗"}`
    const cells = [figure, `${format(ours)} ${unit}`, ...beside, wanted ?? ""]
    console.log(`| ${cells.join(" | ")} |`)
  }
  write(name, { versions, peer: peerName, results })
}

/** Writes bench/results/<name>.json, with the machine and the date. */
export function write(name: string, result: { readonly versions: Record<string, string> } & Record<string, unknown>) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) }
  const folder = join(process.env.LOGBOOK_ROOT ?? process.cwd(), "bench", "results")
  mkdirSync(folder, { recursive: true })
  const versions = { node: process.version, ...result.versions }
  const file = { date: new Date().toISOString(), machine, ...result, versions }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(file, null, 2)}\n`)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The resident memory of a process in MiB, as the kernel counts it. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}

function spread(values: readonly number[]): { median: number; min: number; max: number } {
  return { median: round(median(values)), min: round(Math.min(...values)), max: round(Math.max(...values)) }
}

/** Round by round, as both were measured right after each other. */
function ratios({ ours, peer, higherIsBetter }: Row): number[] {
  return ours.flatMap((own, round) => {
    const other = peer[round]
    return other === undefined ? [] : [higherIsBetter ? own / other : other / own]
  })
}

function format({ median: middle, min, max }: { median: number; min: number; max: number }): string {
  return min === max ? String(middle) : `${middle} (${min}–${max})`
}

export function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100
}
