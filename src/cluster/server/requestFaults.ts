import type { ControlMethods } from "../../contract/control"
import { MAX_REQUEST_FAULTS } from "./limits"

type ErrorFault = ControlMethods["requests/error"]["params"]
type DropFault = ControlMethods["requests/drop"]["params"]

/** What a request is about, as far as faults are concerned. */
export interface FaultSubject {
  readonly broker: number
  readonly api: string
  /** Every topic-partition that the request names; undefined parts match any. */
  readonly partitions: () => readonly { readonly topic: string; readonly partition: number }[]
}

export interface InjectedError {
  readonly errorCode: number
  readonly delayMs: number
}

/** Injected faults of single requests, each spent after `count` of them. */
export class RequestFaults {
  #errors: { fault: ErrorFault; left: number }[] = []
  #drops: { fault: DropFault; left: number }[] = []

  /** @returns false when there are too many already */
  addError(fault: ErrorFault): boolean {
    if (this.#errors.length >= MAX_REQUEST_FAULTS) return false
    // A count of nought takes the fault back.
    this.#errors = this.#errors.filter(({ fault: other }) => fault.count > 0 || other.api !== fault.api)
    if (fault.count > 0) this.#errors.push({ fault, left: fault.count })
    return true
  }

  /** @returns false when there are too many already */
  addDrop(fault: DropFault): boolean {
    if (this.#drops.length >= MAX_REQUEST_FAULTS) return false
    this.#drops = this.#drops.filter(({ fault: other }) => fault.count > 0 || other.api !== fault.api)
    if (fault.count > 0) this.#drops.push({ fault, left: fault.count })
    return true
  }

  /** The error that this request is to be answered with, in place of being handled. Spends one. */
  takeError(subject: FaultSubject): InjectedError | undefined {
    if (this.#errors.length === 0) return undefined
    const hit = this.#errors.find(({ fault }) => concerns(fault, subject))
    if (!hit) return undefined
    hit.left--
    if (hit.left === 0) this.#errors = this.#errors.filter((entry) => entry !== hit)
    return { errorCode: hit.fault.errorCode, delayMs: hit.fault.delayMs ?? 0 }
  }

  /** True when the reply of this request is to be lost, after the work is done. Spends one. */
  takeDrop(subject: FaultSubject): boolean {
    if (this.#drops.length === 0) return false
    const hit = this.#drops.find(({ fault }) => concerns(fault, subject))
    if (!hit) return false
    hit.left--
    if (hit.left === 0) this.#drops = this.#drops.filter((entry) => entry !== hit)
    return true
  }
}

function concerns(fault: ErrorFault | DropFault, { broker, api, partitions }: FaultSubject): boolean {
  if (fault.api !== api || (fault.broker !== undefined && fault.broker !== broker)) return false
  if (!("topic" in fault) || fault.topic === undefined) return true
  return partitions().some(
    ({ topic, partition }) => topic === fault.topic && (fault.partition === undefined || fault.partition === partition),
  )
}
