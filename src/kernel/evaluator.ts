import { type Runtime, Session } from "node:inspector"
import { promiseHooks } from "node:v8"

/** How an evaluation ended. A terminated one never has a value, whatever it was about to return. */
export type Evaluation =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "error"; readonly error: unknown }
  | { readonly type: "terminated" }

const receiver = "__logbookReceive"

/**
 * Evaluates scripts on this thread's global object through the inspector, as a console does: with top-level await,
 * and so that another thread can stop it and keep all state.
 */
export class Evaluator {
  readonly #session = new Session()
  /**
   * The promises of evaluations without an answer yet. One that nothing refers to, as after an interrupt that follows
   * an await, would be collected; the inspector then answers "Promise was collected" out of the garbage collector,
   * where calling JavaScript ends the process.
   */
  readonly #unanswered = new Set<Promise<unknown>>()
  #received: unknown

  constructor() {
    this.#session.connect()
    Object.defineProperty(globalThis, receiver, {
      value: (value: unknown) => {
        this.#received = value
      },
      enumerable: false,
    })
  }

  /** Resolves when the script and what it awaits on its top level have ended; after an interrupt, perhaps never. */
  evaluate(expression: string): Promise<Evaluation> {
    return new Promise((resolve) => {
      let promise: Promise<unknown> | undefined
      let answered = false
      const answer = (error: Error | null, evaluated?: Runtime.EvaluateReturnType) => {
        answered = true
        if (promise) this.#unanswered.delete(promise)
        // A terminated evaluation answers with an error of the protocol, whose text differs by version of Node.
        if (error !== null || evaluated === undefined) return resolve({ type: "terminated" })
        const { result, exceptionDetails } = evaluated
        if (exceptionDetails === undefined) return resolve({ type: "value", value: this.#take(result) })
        const thrown = exceptionDetails.exception
        if (thrown === undefined) return resolve({ type: "terminated" })
        resolve({ type: "error", error: this.#take(thrown) })
      }
      const options = { expression, replMode: true, awaitPromise: true, objectGroup: "cell" }
      // A script of a console is an async function: the first promise that it makes is the one for its own end.
      const stop = promiseHooks.onInit((made) => {
        promise ??= made
      })
      this.#session.post("Runtime.evaluate", options, answer)
      stop()
      if (promise && !answered) this.#unanswered.add(promise)
    })
  }

  /** The value behind the inspector's description of it. */
  #take(remote: Runtime.RemoteObject): unknown {
    if (remote.objectId === undefined) return primitive(remote)
    this.#received = undefined
    this.#session.post("Runtime.callFunctionOn", {
      objectId: remote.objectId,
      functionDeclaration: `function () { "use strict"; globalThis[${JSON.stringify(receiver)}](this) }`,
    })
    this.#session.post("Runtime.releaseObjectGroup", { objectGroup: "cell" })
    const value = this.#received
    this.#received = undefined
    return value
  }
}

function primitive(remote: Runtime.RemoteObject): unknown {
  const text = remote.unserializableValue
  if (text === undefined) return remote.subtype === "null" ? null : remote.value
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text)
}
