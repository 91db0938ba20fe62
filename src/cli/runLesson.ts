import type { CellOutput, ExecuteParams, ExecuteResult, KernelCluster } from "../contract/kernel"
import type { LessonLanguage } from "../contract/language"
import type { RunLine } from "../contract/run"
import type { TraceEntry } from "../contract/trace"
import { compareSequences } from "../diagram/compareSequences"
import { drawLive, kindName, liveKinds } from "../diagram/draw"
import { sequence } from "../diagram/sequence"
import { type CatalogueLanguage, catalogueLanguage, translate, translateMessage } from "../l10n/catalogue"
import { type Lesson, type RunStep, runPlan } from "../lesson"
import { type ClusterProcess, startCluster } from "../process/cluster"
import { connectControl } from "../process/control"
import { type KernelProcess, startKernel } from "../process/kernel"
import { SkippedNames } from "./skippedNames"

export interface RunLessonOptions {
  readonly file: string
  readonly language: LessonLanguage
  /** Goes on after a failed cell. */
  readonly goesOn: boolean
  readonly hasFaults: boolean
  /** Undefined: an embedded cluster for this lesson alone. */
  readonly cluster: KernelCluster | undefined
  readonly onLine: (line: RunLine) => void
}

type Place = Pick<RunLine, "lesson" | "cell" | "kind" | "line">
type Outcome = Omit<RunLine, keyof Place | "ms">
type StepOf<K extends RunStep["kind"]> = Extract<RunStep, { kind: K }>

/** Runs everything of a lesson in its order. Rejects only when cluster or kernel do not start. */
export async function runLesson(lesson: Lesson, options: RunLessonOptions): Promise<RunLine[]> {
  const lessonId = lesson.frontMatter.id ?? options.file
  const [problem] = lesson.problems
  if (problem !== undefined) {
    const message = translateMessage(catalogueLanguage(options.language), problem.message)
    const error = { name: "LessonProblem", message, line: problem.line }
    const place = { lesson: lessonId, cell: "lesson", kind: "code", line: problem.line } as const
    const line: RunLine = { ...place, status: "failed", ms: 0, outputs: [], error }
    options.onLine(line)
    return [line]
  }
  const { brokers, controllers, configs } = lesson.frontMatter.cluster
  const own =
    options.cluster === undefined
      ? await startCluster({
          ...(brokers !== undefined && { brokers }),
          ...(controllers === 3 && { controllers }),
          configs,
          profile: "lessons",
        })
      : undefined
  try {
    return await new LessonRun(lesson, lessonId, options, own).run()
  } finally {
    await own?.stop()
  }
}

/** One pass through a lesson, with its kernel. */
class LessonRun {
  readonly #steps: readonly RunStep[]
  readonly #lessonId: string
  readonly #options: RunLessonOptions
  readonly #cluster: KernelCluster
  readonly #kernel: KernelProcess = startKernel()
  readonly #recorded = new Map<string, readonly TraceEntry[]>()
  readonly #skipped = new SkippedNames()
  #outputs: CellOutput[] = []

  constructor(lesson: Lesson, lessonId: string, options: RunLessonOptions, own: ClusterProcess | undefined) {
    this.#steps = runPlan(lesson)
    this.#lessonId = lessonId
    this.#options = options
    this.#cluster = options.cluster ?? embedded(own)
    this.#kernel.onOutput(({ output }) => this.#outputs.push(output))
    this.#kernel.onRecorded(({ id, entries }) => this.#recorded.set(id, entries))
  }

  async run(): Promise<RunLine[]> {
    const lines: RunLine[] = []
    try {
      const { language, hasFaults } = this.#options
      await this.#kernel.request("kernel/configure", {
        lessonId: this.#lessonId,
        language,
        cluster: this.#cluster,
        ...(!hasFaults && { withoutFaults: true }),
      })
      for (const step of this.#steps) {
        const line = await this.#line(step, lines)
        lines.push(line)
        this.#options.onLine(line)
      }
    } finally {
      await this.#kernel.stop()
    }
    return lines
  }

  async #line(step: RunStep, before: readonly RunLine[]): Promise<RunLine> {
    const kind = step.kind === "sequence" ? "live" : step.kind
    const place: Place = { lesson: this.#lessonId, cell: step.cell, kind, line: step.line }
    const failed = before.find(({ status }) => status === "failed")
    if (failed !== undefined && !this.#options.goesOn) {
      return { ...place, status: "skipped", reason: `${failed.cell} failed`, ms: 0, outputs: [] }
    }
    const started = performance.now()
    const outcome = await this.#run(step).catch((error: unknown): Outcome => failure(error))
    return { ...place, ...outcome, ms: Math.round(performance.now() - started) }
  }

  async #run(step: RunStep): Promise<Outcome> {
    switch (step.kind) {
      case "code":
        return this.#runCode(step)
      case "check":
        return this.#runCheck(step)
      case "exercise":
        return this.#runExercise(step)
      case "predict":
      case "quiz":
        return step.question === undefined ? failed("the question cannot be read") : { status: "ok", outputs: [] }
      case "live":
        return this.#draw(step)
      case "sequence":
        return this.#sequence(step)
    }
  }

  #runCode(step: StepOf<"code">): Promise<Outcome> {
    return this.#execute(step.cell, step.language === "shell" ? "shell" : "code", step.code)
  }

  #runCheck(step: StepOf<"check">): Promise<Outcome> {
    return this.#execute(step.cell, "check", step.code)
  }

  /** The stub must fail one of its checks, the solution must run; its checks follow as steps of their own. */
  async #runExercise({ cell, stub, solution, checks }: StepOf<"exercise">): Promise<Outcome> {
    if (solution === undefined) return failed("the exercise has no solution")
    const wanted = this.#steps.filter(
      (step): step is StepOf<"check"> => step.kind === "check" && checks.includes(step.cell),
    )
    if (wanted.length === 0) return failed("the exercise has no check")
    const outcomes = [await this.#execute(cell, "code", stub)]
    for (const check of wanted) outcomes.push(await this.#runCheck(check))
    const skipped = outcomes.find(({ status }) => status === "skipped")
    if (skipped !== undefined) return skipped
    if (outcomes.every(({ status }) => status === "ok")) return failed("the stub passes the check: it cannot fail")
    return this.#execute(cell, "code", solution)
  }

  async #execute(
    cell: string,
    kind: ExecuteParams["kind"],
    { source, line }: { readonly source: string; readonly line: number },
  ): Promise<Outcome> {
    const reason = this.#skipped.reasonFor(source, this.#cluster.kind === "connected" && kind !== "shell")
    if (reason !== undefined) {
      if (kind !== "shell") this.#skipped.add(source)
      return { status: "skipped", reason, outputs: [] }
    }
    this.#outputs = []
    const { language } = this.#options
    const result = await this.#kernel.request("cell/execute", { cell, kind, source, language })
    return { ...this.#outcome(result, line), outputs: textOutputs(this.#outputs) }
  }

  #outcome({ status, error }: ExecuteResult, line: number): Omit<Outcome, "outputs"> {
    if (status === "ok") return { status }
    if (error === undefined) return { status: "failed", reason: "interrupted" }
    const { name, message, hint } = error
    return {
      status: "failed",
      error: {
        name,
        message,
        ...(error.line !== undefined && { line: line + error.line - 1 }),
        ...(hint !== undefined && { hint }),
      },
    }
  }

  async #draw({ diagram, target }: StepOf<"live">): Promise<Outcome> {
    if (!liveKinds.includes(kindName(diagram))) return failed(`there is no diagram of the kind ${diagram}`)
    if (this.#cluster.control === undefined) {
      return { status: "skipped", reason: "only the embedded cluster can be drawn here", outputs: [] }
    }
    const control = await connectControl(this.#cluster.control)
    try {
      const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
      const { twin } = drawLive(diagram, snapshot, target, catalogueOf(this.#options.language))
      return { status: "ok", outputs: [{ mime: "text/plain", text: twin }] }
    } finally {
      control.close()
    }
  }

  async #sequence({ records, names }: StepOf<"sequence">): Promise<Outcome> {
    if (this.#cluster.control === undefined) {
      return { status: "skipped", reason: "only the embedded cluster can be recorded", outputs: [] }
    }
    const missing = records.find((id) => !this.#recorded.has(id))
    if (missing !== undefined) return failed(`nothing was recorded as ${missing}`)
    const { language: reader } = this.#options
    const language = catalogueOf(reader)
    const recordings = records.map((id) => ({ name: names[id]?.[reader] ?? id, entries: this.#recorded.get(id) ?? [] }))
    const twins = recordings.map(({ name, entries }) =>
      translate(language, "twin.recording", { record: name, steps: sequence(entries, language).twin }),
    )
    const [left, right] = recordings
    if (left && right) twins.push(compareSequences(left, right, language))
    return { status: "ok", outputs: twins.map((text) => ({ mime: "text/plain", text })) }
  }
}

function catalogueOf(language: LessonLanguage): CatalogueLanguage {
  return language === "en" ? "en" : "zh-cn"
}

function embedded(own: ClusterProcess | undefined): KernelCluster {
  if (own === undefined) throw new Error("no cluster was started")
  const { bootstrap, control } = own
  return { kind: "embedded", bootstrap: bootstrap.split(","), control, prefix: "", readOnly: false }
}

function failed(reason: string): Outcome {
  return { status: "failed", reason, outputs: [], error: { name: "LessonProblem", message: reason } }
}

function failure(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error)
  return { status: "failed", outputs: [], error: { name: "RunError", message } }
}

/** What a cell showed, text pieces put together, in the order in which they came. */
function textOutputs(outputs: readonly CellOutput[]): RunLine["outputs"] {
  const shown: { mime: string; text: string }[] = []
  let open = false
  for (const output of outputs) {
    if (output.type === "display") {
      shown.push(...output.items.map(({ mime, data }) => ({ mime, text: data })))
      open = false
      continue
    }
    const last = open ? shown.at(-1) : undefined
    if (last === undefined) shown.push({ mime: "text/plain", text: output.text })
    else last.text += output.text
    open = true
  }
  return shown
}
