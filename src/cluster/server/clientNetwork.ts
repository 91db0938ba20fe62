import type { ClientLinks } from "./brokerListeners"

/** The network between the clients and the brokers: cuttable and slowable per broker. */
export class ClientNetwork implements ClientLinks {
  readonly #cut = new Set<number>()
  readonly #delayMs = new Map<number, number>()
  /** Rises with every change, and with every client that comes or goes. */
  revision = 0
  onChange: (() => void) | undefined

  isCut(brokerId: number): boolean {
    return this.#cut.has(brokerId)
  }

  delayMs(brokerId: number): number {
    return this.#delayMs.get(brokerId) ?? 0
  }

  noteClients(): void {
    this.revision++
  }

  cut(brokerId: number): void {
    this.#cut.add(brokerId)
    this.#changed()
  }

  /** In order again: neither cut nor slow. */
  heal(brokerId: number): void {
    this.#cut.delete(brokerId)
    this.#delayMs.delete(brokerId)
    this.#changed()
  }

  delay(brokerId: number, ms: number): void {
    this.#cut.delete(brokerId)
    if (ms > 0) this.#delayMs.set(brokerId, ms)
    else this.#delayMs.delete(brokerId)
    this.#changed()
  }

  /** The links that are not in order, as the snapshot names them. */
  faults(): Record<string, "cut" | number> {
    const faults: Record<string, "cut" | number> = {}
    for (const [id, ms] of this.#delayMs) faults[`clients-${id}`] = ms
    for (const id of this.#cut) faults[`clients-${id}`] = "cut"
    return faults
  }

  #changed(): void {
    this.revision++
    this.onChange?.()
  }
}
