import type { Timer } from "../../../clock"

/** Sends the answer of a request that was parked. Called once. */
export type Reply<Response> = (response: Response) => void

/** One assignment strategy that a member can follow, with what it says of itself to that strategy. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly metadata: Buffer
}

export interface JoinAnswer {
  readonly errorCode: number
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  readonly skipAssignment: boolean
  readonly memberId: string
  readonly members: JoinedMember[]
}

export interface SyncAnswer {
  readonly errorCode: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

export interface ClassicMemberOptions {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly protocols: readonly MemberProtocol[]
  readonly assignment?: Buffer
}

/** A member of a group of the classic protocol. Kafka: ClassicGroupMember. */
export class ClassicMember {
  memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  /** In the member's order of preference. */
  protocols: readonly MemberProtocol[]
  assignment: Buffer
  /** Until its first join is answered a member may be silent for longer than its session: it has no way to heartbeat. */
  isNew = false
  awaitingJoin: Reply<JoinAnswer> | undefined
  awaitingSync: Reply<SyncAnswer> | undefined
  sessionTimer: Timer | undefined

  constructor(options: ClassicMemberOptions) {
    this.memberId = options.memberId
    this.instanceId = options.instanceId
    this.clientId = options.clientId
    this.clientHost = options.clientHost
    this.rebalanceTimeoutMs = options.rebalanceTimeoutMs
    this.sessionTimeoutMs = options.sessionTimeoutMs
    this.protocols = options.protocols
    this.assignment = options.assignment ?? Buffer.alloc(0)
  }

  get isStatic(): boolean {
    return this.instanceId !== null
  }

  /** What this member told the strategy; empty when it does not know it. */
  metadataFor(protocolName: string | null): Buffer {
    return this.protocols.find((protocol) => protocol.name === protocolName)?.metadata ?? Buffer.alloc(0)
  }

  /** True when the member offers the very same strategies with the same metadata, in the same order. */
  offersSame(protocols: readonly MemberProtocol[]): boolean {
    return (
      this.protocols.length === protocols.length &&
      this.protocols.every((own, index) => {
        const other = protocols[index]
        return other !== undefined && own.name === other.name && own.metadata.equals(other.metadata)
      })
    )
  }

  /** The first of its own strategies that everybody can follow. */
  vote(candidates: ReadonlySet<string>): string | undefined {
    return this.protocols.find((protocol) => candidates.has(protocol.name))?.name
  }
}
