/** A topic with its partitions, by partition index. */
export interface TopicImage {
  readonly name: string
  readonly id: string
  readonly partitions: readonly PartitionImage[]
}

/** Kafka's PartitionRegistration. */
export interface PartitionImage {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** Eligible leader replicas: fell out of the ISR while it was below its minimum, and hold all that was committed. */
  readonly elr: readonly number[]
  readonly lastKnownElr: readonly number[]
  readonly removingReplicas: readonly number[]
  readonly addingReplicas: readonly number[]
  /** -1: none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  /** 1 after an unclean election until the leader has recovered (LeaderRecoveryState.RECOVERING). */
  readonly leaderRecoveryState: number
}

export interface EndpointImage {
  /** The listener's name. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol: number
}

export interface BrokerImage {
  readonly id: number
  /** The offset of its registration: grows with each life. */
  readonly epoch: number
  readonly incarnationId: string
  readonly endpoints: readonly EndpointImage[]
  readonly rack: string | null
  readonly fenced: boolean
  readonly inControlledShutdown: boolean
  readonly logDirs: readonly string[]
}

export interface AclImage {
  readonly id: string
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

export interface ScramImage {
  readonly user: string
  /** 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
  readonly mechanism: number
  readonly salt: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
  readonly iterations: number
}
