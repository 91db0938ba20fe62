import type { LocalizedText } from "../../contract/language"

/** Why each setting has the value it has, with the Kafka configuration or KIP that says so. */
export const settingReasons: Readonly<Record<string, LocalizedText>> = {
  "producer.acks": {
    en: "Every member of the ISR confirms; Kafka's own default since 3.0 (KIP-679). With min.insync.replicas=2 no acknowledged record is lost with one broker.",
    zh: "ISR 的每个成员都要确认；Kafka 3.0 起的默认值（KIP-679）。配合 min.insync.replicas=2，坏一个 broker 也不丢已确认的记录。",
  },
  "producer.idempotent": {
    en: "A retry is not written twice, and order holds with up to five requests in flight (KIP-98). Kafka's default since 3.0.",
    zh: "重试不会写入两次，且最多五个在途请求时仍保持顺序（KIP-98）。Kafka 3.0 起默认开启。",
  },
  "producer.compression": {
    en: "zstd packs about as tight as gzip at a fraction of the CPU; whole batches are compressed and stay so on the broker. None while developing, so that bytes can be read.",
    zh: "zstd 压缩率与 gzip 相当，CPU 开销却低得多；压缩以批次为单位，并原样保存在 broker 上。开发时不压缩，便于直接查看字节。",
  },
  "producer.retries": {
    en: "Enough attempts to outlast an election; Java bounds them by delivery.timeout.ms (2 min) instead of a number.",
    zh: "足以撑过一次选举；Java 客户端不按次数而按 delivery.timeout.ms（2 分钟）限制。",
  },
  "producer.retryBackoffMs": { en: "Kafka's retry.backoff.ms; it grows with each attempt.", zh: "即 Kafka 的 retry.backoff.ms；逐次增大。" },
  "producer.maxInFlight": {
    en: "The broker remembers the last five batches per producer and partition: more in flight would break idempotence.",
    zh: "broker 为每个生产者和分区记住最近五个批次：在途请求更多就会破坏幂等。",
  },
  "producer.timeoutMs": {
    en: "How long the leader waits for the ISR: request.timeout.ms (30 s). Shorter while developing, to see errors sooner.",
    zh: "领导者等待 ISR 的时间：request.timeout.ms（30 秒）。开发时更短，便于尽早看到错误。",
  },
  "consumer.autoOffsetReset": {
    en: "A new group begins at the oldest record: `latest` can skip what was sent before its first commit, also in partitions that are added later.",
    zh: "新消费者组从最早的记录开始：latest 可能跳过首次提交之前的记录，包括后来新增分区里的。",
  },
  "consumer.commitEvery": {
    en: "A commit costs a request: production commits in batches. After a crash the records since the last commit come again.",
    zh: "每次提交都是一次请求：生产环境批量提交。崩溃后，上次提交之后的记录会再次到来。",
  },
  "consumer.commitIntervalMs": {
    en: "Bounds how much comes again after a crash when records are rare.",
    zh: "记录稀少时，限制崩溃后重复到来的数量。",
  },
  "consumer.sessionTimeoutMs": {
    en: "45 s since Kafka 3.0 (KIP-735): a short pause is no reason to rebalance. Shorter while developing, so that a crash is noticed soon.",
    zh: "Kafka 3.0 起为 45 秒（KIP-735）：短暂停顿不该触发再均衡。开发时更短，便于尽快发现崩溃。",
  },
  "consumer.heartbeatIntervalMs": {
    en: "At most a third of the session timeout. kafkajs sends heartbeats only between records: a slow handler must call heartbeat().",
    zh: "不超过会话超时的三分之一。kafkajs 只在记录之间发心跳：慢的处理函数须自行调用 heartbeat()。",
  },
  "consumer.rebalanceTimeoutMs": {
    en: "How long the group waits for a member to finish its record and join again.",
    zh: "再均衡时，组等待成员处理完手头记录并重新加入的时间。",
  },
  "consumer.retries": {
    en: "Enough for what passes by itself; a record that still fails is poison and goes to the dead-letter topic.",
    zh: "足以应付会自行恢复的故障；仍然失败的记录是“毒丸”，送入死信主题。",
  },
  "consumer.retryBackoffMs": {
    en: "Doubles with each retry; the partition pauses meanwhile, so order holds and other partitions go on.",
    zh: "每次重试翻倍；期间暂停该分区，既保持顺序，又不影响其他分区。",
  },
  "consumer.readCommitted": {
    en: "Records of aborted transactions are not seen, and reading stops at the last stable offset (isolation.level).",
    zh: "看不到已中止事务的记录，读取止于最后稳定位移（isolation.level）。",
  },
  "consumer.concurrency": {
    en: "One partition at a time; raise it where handlers wait for something outside. Order within a partition always holds.",
    zh: "一次处理一个分区；处理函数需等待外部系统时再调大。分区内顺序始终保持。",
  },
}
