import type { LocalizedText } from "../../contract/language"

/**
 * Kafka's error codes by their names in org.apache.kafka.common.protocol.Errors: what each means for the reader of a
 * lesson, and what to try.
 */
export const kafkaHints: Readonly<Record<string, LocalizedText>> = {
  OFFSET_OUT_OF_RANGE: {
    en: "The offset is no longer (retention) or not yet in the log. auto.offset.reset decides where to go on: earliest, latest or an error.",
    zh: "该位移已被清理（保留策略）或尚未写入日志。由 auto.offset.reset 决定从哪里继续：最早、最新或报错。",
  },
  CORRUPT_MESSAGE: {
    en: "The batch failed its CRC-32C check, or a compacted topic got a record without a key.",
    zh: "批次未通过 CRC-32C 校验，或压实主题收到了没有键的记录。",
  },
  UNKNOWN_TOPIC_OR_PARTITION: {
    en: "This broker knows no such topic or partition. Create it first, check its name and the partition's number; right after creation, try again.",
    zh: "该 broker 不认识这个主题或分区。先创建它，检查名称和分区号；若刚刚创建，请稍后重试。",
  },
  LEADER_NOT_AVAILABLE: {
    en: "The partition has no leader now: an election is under way, or no eligible replica is alive. Retry, or bring a replica of the ISR back.",
    zh: "分区此刻没有领导者：选举进行中，或没有合格的存活副本。稍后重试，或恢复一个 ISR 中的副本。",
  },
  NOT_LEADER_OR_FOLLOWER: {
    en: "The client asked a broker that does not lead the partition: its metadata is old. Clients refresh metadata and retry by themselves.",
    zh: "客户端请求的 broker 不是该分区的领导者：元数据过期。客户端会自行刷新元数据并重试。",
  },
  REQUEST_TIMED_OUT: {
    en: "The work was not done in time. With acks=all: a member of the ISR did not fetch the record. It may still be written: retry only with idempotence.",
    zh: "操作未在限时内完成。acks=all 时：某个 ISR 成员没有拉取到该记录。记录仍可能已写入，只有启用幂等才能放心重试。",
  },
  MESSAGE_TOO_LARGE: {
    en: "The batch is larger than the topic's max.message.bytes. Send smaller records, compress, or raise that limit.",
    zh: "批次超过主题的 max.message.bytes。发送更小的记录、启用压缩，或提高该上限。",
  },
  COORDINATOR_LOAD_IN_PROGRESS: {
    en: "The coordinator still reads its log after an election. Retry in a moment.",
    zh: "协调者在选举后仍在加载日志。稍后重试。",
  },
  COORDINATOR_NOT_AVAILABLE: {
    en: "The group or transaction has no coordinator now. Are enough brokers up? Retry in a moment.",
    zh: "该消费者组或事务此刻没有协调者。在线的 broker 是否足够？稍后重试。",
  },
  NOT_COORDINATOR: {
    en: "Another broker coordinates this group or transaction now. Clients look it up again by themselves.",
    zh: "现在由另一个 broker 协调该组或事务。客户端会自行重新查找。",
  },
  INVALID_TOPIC_EXCEPTION: {
    en: "Topic names are 1 to 249 characters of letters, digits, '.', '_' and '-'. Internal topics cannot be written.",
    zh: "主题名为 1 到 249 个字符，只能用字母、数字、'.'、'_' 和 '-'。内部主题不能写入。",
  },
  NOT_ENOUGH_REPLICAS: {
    en: "The ISR is smaller than min.insync.replicas, so acks=all is refused before anything is written. Bring a replica back.",
    zh: "ISR 少于 min.insync.replicas，因此在写入之前就拒绝了 acks=all。恢复一个副本即可。",
  },
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: {
    en: "The ISR shrank below min.insync.replicas after the append: the record is in the leader's log, but not safe. Retry with idempotence.",
    zh: "追加之后 ISR 降到 min.insync.replicas 以下：记录在领导者日志中，但还不安全。启用幂等后重试。",
  },
  INVALID_REQUIRED_ACKS: {
    en: "acks is 0 (do not wait), 1 (leader) or -1 (all of the ISR); nothing else.",
    zh: "acks 只能是 0（不等待）、1（领导者）或 -1（全部 ISR）。",
  },
  ILLEGAL_GENERATION: {
    en: "The member's generation is of an earlier rebalance. Its commit is refused, because the partition may have another owner.",
    zh: "该成员的世代属于更早的再均衡。提交被拒绝，因为分区可能已有新主人。",
  },
  INCONSISTENT_GROUP_PROTOCOL: {
    en: "The members of this group share no assignor, or one uses another group protocol. Configure them alike.",
    zh: "组内成员没有共同的分配器，或使用了不同的组协议。请统一配置。",
  },
  INVALID_GROUP_ID: { en: "The group id is empty or not allowed.", zh: "组 ID 为空或不合法。" },
  UNKNOWN_MEMBER_ID: {
    en: "The coordinator removed this member: its session timed out, or it left. It has to join again.",
    zh: "协调者已移除该成员：会话超时，或已离开。它必须重新加入。",
  },
  INVALID_SESSION_TIMEOUT: {
    en: "session.timeout.ms must lie between the broker's group.min.session.timeout.ms (6 s) and group.max.session.timeout.ms.",
    zh: "session.timeout.ms 必须介于 broker 的 group.min.session.timeout.ms（6 秒）与 group.max.session.timeout.ms 之间。",
  },
  REBALANCE_IN_PROGRESS: {
    en: "The group is rebalancing: the member has to join again before it goes on.",
    zh: "消费者组正在再均衡：成员须重新加入后才能继续。",
  },
  TOPIC_AUTHORIZATION_FAILED: {
    en: "No ACL allows this user the operation on the topic. Add one, or use another user.",
    zh: "没有 ACL 允许该用户对此主题执行操作。添加 ACL，或换用户。",
  },
  GROUP_AUTHORIZATION_FAILED: {
    en: "No ACL allows this user READ on the consumer group.",
    zh: "没有 ACL 允许该用户对该消费者组执行 READ。",
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    en: "No ACL allows this user the operation on the cluster.",
    zh: "没有 ACL 允许该用户对集群执行此操作。",
  },
  INVALID_TIMESTAMP: {
    en: "The record's time is too far from the broker's: more than message.timestamp.after.max.ms (1 h) ahead, for example.",
    zh: "记录时间与 broker 时间相差过大，例如超前超过 message.timestamp.after.max.ms（1 小时）。",
  },
  UNSUPPORTED_VERSION: {
    en: "The broker does not support this version of the request. ApiVersions tells its ranges.",
    zh: "broker 不支持该请求版本。ApiVersions 会给出支持的范围。",
  },
  TOPIC_ALREADY_EXISTS: {
    en: "A topic of this name exists already. Delete it first, or go on with it.",
    zh: "同名主题已存在。先删除它，或直接使用。",
  },
  INVALID_PARTITIONS: {
    en: "The number of partitions must be positive, and can only grow.",
    zh: "分区数必须为正，且只能增加。",
  },
  INVALID_REPLICATION_FACTOR: {
    en: "The replication factor is larger than the number of live brokers, or not positive.",
    zh: "副本因子大于存活的 broker 数，或不是正数。",
  },
  INVALID_REPLICA_ASSIGNMENT: {
    en: "The replica assignment names unknown brokers, or not the same number for each partition.",
    zh: "副本分配中有未知 broker，或各分区副本数不一致。",
  },
  INVALID_CONFIG: {
    en: "A configuration is unknown or its value is out of its range: the message names it.",
    zh: "某项配置未知或取值越界：错误信息中有其名称。",
  },
  NOT_CONTROLLER: {
    en: "This node is not the active controller. Clients find the other one by themselves.",
    zh: "该节点不是活动控制器。客户端会自行找到活动控制器。",
  },
  INVALID_REQUEST: {
    en: "The request contradicts itself or is not allowed in this state: see the message.",
    zh: "请求自相矛盾，或在当前状态下不被允许：见错误信息。",
  },
  OUT_OF_ORDER_SEQUENCE_NUMBER: {
    en: "A batch of this idempotent producer is missing before this one: one was lost, or its state expired.",
    zh: "该幂等生产者在此之前缺少一个批次：批次丢失，或其状态已过期。",
  },
  DUPLICATE_SEQUENCE_NUMBER: {
    en: "The broker has this batch already, and too long ago to say where: it is a duplicate.",
    zh: "broker 已有该批次，但时间太久，无法给出位移：它是重复的。",
  },
  INVALID_PRODUCER_EPOCH: {
    en: "A newer producer with the same transactional.id has taken over: this one is fenced and must stop.",
    zh: "具有相同 transactional.id 的新生产者已接管：当前生产者被隔离，必须停止。",
  },
  PRODUCER_FENCED: {
    en: "A newer producer with the same transactional.id has taken over: this one is fenced and must stop.",
    zh: "具有相同 transactional.id 的新生产者已接管：当前生产者被隔离，必须停止。",
  },
  INVALID_TXN_STATE: {
    en: "The transaction is not in a state that allows this: begin one first, and end it once.",
    zh: "事务状态不允许此操作：先开始事务，且只结束一次。",
  },
  INVALID_PRODUCER_ID_MAPPING: {
    en: "The producer id does not belong to this transactional.id any more: it expired or another producer has it.",
    zh: "该 producer id 不再属于此 transactional.id：已过期，或被另一个生产者取代。",
  },
  INVALID_TRANSACTION_TIMEOUT: {
    en: "transaction.timeout.ms is larger than the broker's transaction.max.timeout.ms (15 min).",
    zh: "transaction.timeout.ms 大于 broker 的 transaction.max.timeout.ms（15 分钟）。",
  },
  CONCURRENT_TRANSACTIONS: {
    en: "The previous transaction of this id is still being completed. Retry in a moment.",
    zh: "该事务 ID 的上一个事务仍在完成中。稍后重试。",
  },
  UNKNOWN_PRODUCER_ID: {
    en: "The broker has forgotten this producer (its records were deleted). The producer has to start anew.",
    zh: "broker 已忘记该生产者（其记录已被清理）。生产者须重新开始。",
  },
  KAFKA_STORAGE_ERROR: {
    en: "The broker's disk failed or is full. Another replica may lead; mend the disk.",
    zh: "broker 的磁盘故障或已满。可由其他副本接任领导者；请修复磁盘。",
  },
  SASL_AUTHENTICATION_FAILED: {
    en: "The broker refused the login. Check mechanism, user name and password.",
    zh: "broker 拒绝登录。检查认证机制、用户名和密码。",
  },
  NON_EMPTY_GROUP: {
    en: "The group still has members. Stop them first, then delete it or reset its offsets.",
    zh: "消费者组仍有成员。先停止它们，再删除或重置位移。",
  },
  GROUP_ID_NOT_FOUND: { en: "There is no such consumer group.", zh: "没有这个消费者组。" },
  FENCED_LEADER_EPOCH: {
    en: "The client knows an older leader epoch than the broker: its metadata is old, it refreshes and retries.",
    zh: "客户端的 leader epoch 比 broker 的旧：元数据过期，刷新后会重试。",
  },
  UNKNOWN_LEADER_EPOCH: {
    en: "The client knows a newer leader epoch than the broker, which has yet to catch up. Retry.",
    zh: "客户端的 leader epoch 比 broker 的新，broker 尚未赶上。请重试。",
  },
  OFFSET_NOT_AVAILABLE: {
    en: "The new leader has not caught up with its high watermark yet. Retry in a moment.",
    zh: "新领导者的高水位尚未追上。稍后重试。",
  },
  MEMBER_ID_REQUIRED: {
    en: "The coordinator gave a member id; the client has to join again with it, and does so by itself.",
    zh: "协调者已分配成员 ID；客户端须带着它重新加入，会自动完成。",
  },
  FENCED_INSTANCE_ID: {
    en: "Another member with the same group.instance.id has joined: this one must stop.",
    zh: "另一个具有相同 group.instance.id 的成员已加入：当前成员必须停止。",
  },
  INVALID_RECORD: {
    en: "The topic refuses this record: in a compacted topic, every record needs a key.",
    zh: "主题拒绝该记录：压实主题中每条记录都必须有键。",
  },
  UNSTABLE_OFFSET_COMMIT: {
    en: "A transaction that commits these offsets is not finished yet. Retry in a moment.",
    zh: "提交这些位移的事务尚未结束。稍后重试。",
  },
  THROTTLING_QUOTA_EXCEEDED: {
    en: "A quota is used up. Wait, or raise the quota.",
    zh: "配额已用完。请等待，或提高配额。",
  },
  UNKNOWN_TOPIC_ID: {
    en: "The topic was deleted, perhaps created anew: the client's metadata is old.",
    zh: "主题已被删除，也可能已重建：客户端的元数据过期。",
  },
  FENCED_MEMBER_EPOCH: {
    en: "The member's epoch is old: it was fenced and has to join again.",
    zh: "成员 epoch 过期：已被隔离，须重新加入。",
  },
}
