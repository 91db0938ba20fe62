import type { Disk } from "../../disk"

/** A snapshot holds everything below `endOffset`; `epoch` is that of its last record. */
export interface SnapshotId {
  readonly endOffset: number
  readonly epoch: number
}

const OFFSET_DIGITS = 20
const EPOCH_DIGITS = 10
const NAME = /^(\d{20})-(\d{10})\.checkpoint$/

/** The files `%020d-%010d.checkpoint` beside the metadata log (Kafka: Snapshots). */
export class SnapshotFiles {
  readonly #disk: Disk
  readonly #folder: string
  /** Ascending. */
  #ids: SnapshotId[]

  constructor(disk: Disk, folder: string) {
    this.#disk = disk
    this.#folder = folder
    const names = disk.list(folder)
    this.#ids = (names.ok ? names.value : []).flatMap((name) => {
      const [, endOffset, epoch] = NAME.exec(name) ?? []
      return endOffset === undefined ? [] : [{ endOffset: Number(endOffset), epoch: Number(epoch) }]
    })
  }

  latest(): SnapshotId | undefined {
    return this.#ids.at(-1)
  }

  read(id: SnapshotId): Buffer | undefined {
    const bytes = this.#disk.readFile(`${this.#folder}/${nameOf(id)}`)
    return bytes.ok ? bytes.value : undefined
  }

  /** Adds a snapshot, durably, and drops those before it. False when the disk refused. */
  write(id: SnapshotId, bytes: Buffer): boolean {
    if (!this.#disk.writeFile(`${this.#folder}/${nameOf(id)}`, bytes, { durable: true }).ok) return false
    for (const old of this.#ids) {
      if (old.endOffset < id.endOffset) this.#disk.remove(`${this.#folder}/${nameOf(old)}`)
    }
    this.#ids = [id]
    return true
  }
}

function nameOf({ endOffset, epoch }: SnapshotId): string {
  return `${String(endOffset).padStart(OFFSET_DIGITS, "0")}-${String(epoch).padStart(EPOCH_DIGITS, "0")}.checkpoint`
}
