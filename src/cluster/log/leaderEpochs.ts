import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"

const FILE_NAME = "leader-epoch-checkpoint"
const VERSION = 0

export interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

/** Which leader epoch began at which offset (Kafka: `LeaderEpochFileCache`, KIP-101 and KIP-279). Epochs and offsets ascend. */
export class LeaderEpochs {
  readonly #disk: Disk
  readonly #path: string
  readonly #latch: FailureLatch
  #starts: EpochStart[] = []
  #isSaved = true
  /** Whether the file as it is survives a power failure. */
  #isDurable = true

  constructor(disk: Disk, folder: string, latch: FailureLatch) {
    this.#disk = disk
    this.#path = `${folder}/${FILE_NAME}`
    this.#latch = latch
  }

  get latest(): number {
    return this.#starts.at(-1)?.epoch ?? -1
  }

  starts(): readonly EpochStart[] {
    return this.#starts
  }

  /** After an unclean stop nobody knows whether the file as it is was flushed. */
  load(cleanShutdown: boolean): void {
    const bytes = this.#latch.take(this.#disk.readFile(this.#path))
    this.#isDurable = cleanShutdown || bytes === undefined
    this.#starts = bytes ? parse(bytes.toString("utf8")) : []
  }

  /** Notes where an epoch begins; what a newer leader contradicts is dropped. Returns whether anything changed. */
  assign(epoch: number, startOffset: number): boolean {
    const last = this.#starts.at(-1)
    if (last && last.epoch === epoch && last.startOffset <= startOffset) return false
    while (this.#contradicts(epoch, startOffset)) this.#starts.pop()
    if (this.latest !== epoch) this.#starts.push({ epoch, startOffset })
    this.#isSaved = false
    return true
  }

  #contradicts(epoch: number, startOffset: number): boolean {
    const last = this.#starts.at(-1)
    if (last === undefined) return false
    if (last.epoch === epoch) return last.startOffset > startOffset
    return last.epoch > epoch || last.startOffset >= startOffset
  }

  /** The largest epoch at or below the one asked for, and where it ends (OffsetForLeaderEpoch's answer). */
  endOffsetFor(epoch: number, logEndOffset: number): { readonly epoch: number; readonly endOffset: number } {
    if (epoch < 0) return { epoch: -1, endOffset: -1 }
    if (epoch === this.latest) return { epoch, endOffset: logEndOffset }
    const higher = this.#starts.find((start) => start.epoch > epoch)
    if (!higher) return { epoch: -1, endOffset: -1 }
    const floor = this.#starts.findLast((start) => start.epoch <= epoch)
    return { epoch: floor?.epoch ?? epoch, endOffset: higher.startOffset }
  }

  /** -1 when no epoch covers the offset. */
  epochFor(offset: number): number {
    return this.#starts.findLast((start) => start.startOffset <= offset)?.epoch ?? -1
  }

  truncateFromEnd(endOffset: number): void {
    const kept = this.#starts.filter((start) => start.startOffset < endOffset)
    if (kept.length === this.#starts.length) return
    this.#starts = kept
    this.save()
  }

  /** The epoch that covers the new start begins there from now on. */
  truncateFromStart(startOffset: number): void {
    const covering = this.#starts.findLast((start) => start.startOffset <= startOffset)
    if (!covering || covering.startOffset === startOffset) {
      if (!covering || covering === this.#starts[0]) return
    }
    const later = this.#starts.filter((start) => start.startOffset > startOffset)
    this.#starts = [{ epoch: covering.epoch, startOffset }, ...later]
    this.save()
  }

  clear(): void {
    if (this.#starts.length === 0) return
    this.#starts = []
    this.save()
  }

  /** Writes what an assignment has changed. */
  saveIfChanged(): void {
    if (!this.#isSaved) this.save()
  }

  save(): void {
    this.#isSaved = true
    this.#isDurable = false
    this.#write(false)
  }

  /** Records that survive a power failure need their epochs to survive, too. */
  makeDurable(): void {
    if (this.#isSaved && this.#isDurable) return
    this.#isSaved = true
    this.#isDurable = true
    this.#write(true)
  }

  /** Names of files that a power failure may take, for whoever flushes many at once and then notes it. */
  get unflushed(): readonly string[] {
    this.saveIfChanged()
    return this.#isDurable ? [] : [FILE_NAME]
  }

  noteFlushed(): void {
    this.#isDurable = true
  }

  #write(durable: boolean): void {
    this.#latch.check(this.#disk.writeFile(this.#path, Buffer.from(format(this.#starts)), { durable }))
  }
}

function format(starts: readonly EpochStart[]): string {
  const lines = starts.map((start) => `${start.epoch} ${start.startOffset}`)
  return `${[VERSION, starts.length, ...lines].join("\n")}\n`
}

/** A file that is not whole says nothing: the epochs are then read again from the batches. */
function parse(text: string): EpochStart[] {
  const [version, count, ...lines] = text.split("\n")
  if (version !== String(VERSION)) return []
  const starts: EpochStart[] = []
  for (const line of lines.slice(0, Number(count))) {
    const [epoch, startOffset] = line.split(" ").map(Number)
    if (epoch === undefined || startOffset === undefined || Number.isNaN(epoch + startOffset)) return []
    starts.push({ epoch, startOffset })
  }
  return starts
}
