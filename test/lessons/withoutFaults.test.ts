import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { compileCell } from "../../src/kernel/compileCell"
import { parseLesson, type RunStep, runPlan } from "../../src/lesson"
import { lessonFiles, lessonsFolder, runLesson } from "./runLesson"

/** Where every fault does nothing, what depends on a fault must fail: the checks can fail. */
describe("without faults", () => {
  const withFaults = lessonFiles
    .map((file) => ({
      file,
      checks: checksOfFaults(runPlan(parseLesson(readFileSync(join(lessonsFolder, file), "utf8")))),
    }))
    .filter(({ checks }) => checks.length > 0)

  test("there are lessons with checks that depend on a fault", () => {
    expect(Object.fromEntries(withFaults.map(({ file, checks }) => [file.slice(0, 2), checks]))).toEqual({
      "07": [
        "all-of-the-isr",
        "refused-below-the-floor",
        "acked-but-unseen",
        "follower-dies",
        "leader-dies",
        "acks-one-loses",
        "acks-all-keeps",
        "unclean-loses",
        "eligible-leader",
        "survives-one",
      ],
      "10": ["one-or-two-copies"],
    })
  })

  test.each(withFaults)("every one of them fails in $file, and no other", async ({ file, checks }) => {
    const lines = await runLesson(join(lessonsFolder, file), "--all", "--without-faults")
    const failed = lines.filter(({ kind, status }) => kind === "check" && status === "failed").map(({ cell }) => cell)
    expect(failed).toEqual(checks)
  })
})

/** The checks that use a fault, or a name that only a cell with a fault declares. */
function checksOfFaults(steps: readonly RunStep[]): string[] {
  const faulty = new Set(["faults"])
  return steps.flatMap((step) => {
    if (step.kind !== "code" && step.kind !== "check") return []
    const { names, usedNames } = compileCell(step.code.source)
    const usesFault = [...usedNames].some((name) => faulty.has(name) && (name === "faults" || !names.includes(name)))
    if (usesFault && !isSetUp(step)) for (const name of names) faulty.add(name)
    return usesFault && step.kind === "check" ? [step.cell] : []
  })
}

/** The cell that connects also mends what an earlier run left broken: what it declares depends on no fault. */
function isSetUp(step: RunStep): boolean {
  return step.cell === "run-1"
}
