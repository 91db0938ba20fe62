import type { Disk } from "../../disk"
import { METADATA_TOPIC } from "./metadataLog"

/** What a voter must not forget: the epoch that it knows, and whom it voted for in it (Raft's persistent state). */
export interface ElectionState {
  readonly leaderId: number
  readonly leaderEpoch: number
  /** -1: nobody. */
  readonly votedId: number
}

const NO_ELECTION: ElectionState = { leaderId: -1, leaderEpoch: 0, votedId: -1 }

/** The file `quorum-state`, in Kafka's JSON of data version 0 (Kafka: FileQuorumStateStore, static voters). */
export class QuorumStateFile {
  readonly #path: string
  readonly #disk: Disk
  readonly #voters: readonly number[]

  constructor(disk: Disk, folder: string, voters: readonly number[]) {
    this.#disk = disk
    this.#path = `${folder}/${METADATA_TOPIC}-0/quorum-state`
    this.#voters = voters
  }

  read(): ElectionState {
    const file = this.#disk.readFile(this.#path)
    if (!file.ok || file.value === undefined) return NO_ELECTION
    return { ...NO_ELECTION, ...(JSON.parse(file.value.toString("utf8")) as Partial<ElectionState>) }
  }

  /** False when the disk refused: then nothing that depends on it may be said to others. */
  write({ leaderId, leaderEpoch, votedId }: ElectionState): boolean {
    const currentVoters = this.#voters.map((voterId) => ({ voterId }))
    const state = { clusterId: "", leaderId, leaderEpoch, votedId, appliedOffset: 0, currentVoters, data_version: 0 }
    return this.#disk.writeFile(this.#path, Buffer.from(JSON.stringify(state)), { durable: true }).ok
  }
}
