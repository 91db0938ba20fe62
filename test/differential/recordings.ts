import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Json } from "./normalise"

/** The answers of one scenario, by their labels. */
export type Answers = Readonly<Record<string, Json>>

interface Recording {
  readonly kafka: string
  readonly scenarios: Readonly<Record<string, Answers>>
}

/** What Apache Kafka answered, a committed file for each file of scenarios. */
export class Recordings {
  readonly #folder: string

  constructor(
    root: string,
    private readonly kafkaVersion: string,
  ) {
    this.#folder = join(root, "test", "differential", "recorded")
  }

  /** Undefined: never recorded, or from another release. */
  answersOf(file: string, scenario: string): Answers | undefined {
    return this.#read(file).scenarios[scenario]
  }

  /** Replaces the answers of these scenarios, and drops those of scenarios that are gone. */
  keep(file: string, names: readonly string[], answers: ReadonlyMap<string, Answers>): void {
    const before = this.#read(file).scenarios
    const scenarios: Record<string, Answers> = {}
    for (const name of names) {
      const of = answers.get(name) ?? before[name]
      if (of !== undefined) scenarios[name] = of
    }
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#path(file), `${JSON.stringify({ kafka: this.kafkaVersion, scenarios }, null, 2)}\n`)
  }

  #read(file: string): Recording {
    const nothing = { kafka: this.kafkaVersion, scenarios: {} }
    if (!existsSync(this.#path(file))) return nothing
    const found: Recording = JSON.parse(readFileSync(this.#path(file), "utf8"))
    return found.kafka === this.kafkaVersion ? found : nothing
  }

  #path(file: string): string {
    return join(this.#folder, `${file}.json`)
  }
}
