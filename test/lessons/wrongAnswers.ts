/** One answer per exercise that somebody is likely to give, and the sentences that must tell what is wrong with it. */
export interface WrongAnswer {
  readonly file: string
  readonly exercise: string
  readonly answer: string
  /** The beginning of each failed fact's sentence, in the order of the check. */
  readonly en: readonly string[]
  readonly zh: readonly string[]
}

export const wrongAnswers: readonly WrongAnswer[] = [
  {
    file: "03-message-model.kafka.md",
    exercise: "fill-the-envelope",
    answer: `function toMessage(order: { id: string; customer: string; placedAt: Date }) {
  return {
    key: order.id,
    value: JSON.stringify(order),
    headers: { "event-type": "OrderPlaced", "schema-version": "2" },
    timestamp: String(order.placedAt.getTime()),
  }
}`,
    en: ["the key is what must stay in order: the customer, not the order"],
    zh: ["键是需要保持顺序的东西：客户，而不是订单"],
  },
  {
    file: "03-message-model.kafka.md",
    exercise: "current-names",
    answer: `function currentNames(records: { key: Buffer | null; value: Buffer | null }[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const { key, value } of records) {
    if (key === null) continue
    if (!value?.length) names.delete(key.toString())
    else names.set(key.toString(), value.toString())
  }
  return names
}`,
    en: ["an empty value is a value, not a tombstone", "ann and cy are left, and nobody without a key"],
    zh: ["空值是值，不是墓碑消息", "只剩 ann 和 cy，没有键的不算"],
  },
  {
    file: "04-partitioning.kafka.md",
    exercise: "safe-regions",
    answer: `function regionOf(region: string | undefined, key: string, n: number): number {
  return (numbers[region ?? ""] ?? 1) % n
}`,
    en: ["an unknown region goes where its key hashes to: order-42 is in 0"],
    zh: ["未知地区按键的哈希走：order-42 在 0"],
  },
  {
    file: "04-partitioning.kafka.md",
    exercise: "how-many",
    answer: `function partitionsFor(need: { targetMBps: number; producerMBps: number; consumerMBps: number; consumers: number }): number {
  return Math.ceil(Math.max(need.targetMBps / need.producerMBps, need.consumers))
}`,
    en: ["a consumer that does 4 MB/s is the bottleneck: 25"],
    zh: ["消费只有 4 MB/s，瓶颈在它：需要 25 个"],
  },
  {
    file: "07-replication.kafka.md",
    exercise: "survive-one",
    answer: `const settings = { acks: -1, "min.insync.replicas": 3 }`,
    en: ["with one broker gone, writing goes on"],
    zh: ["少一个 broker，写入照常"],
  },
  {
    file: "07-replication.kafka.md",
    exercise: "be-the-controller",
    answer: `type Partition = { replicas: number[]; isr: number[]; elr: number[]; alive: number[]; unclean: boolean }
function electLeader({ isr, elr, alive, unclean, replicas }: Partition): number {
  const first = (ids: number[]) => ids.find((id) => alive.includes(id))
  return first(isr) ?? first(elr) ?? (unclean ? first(replicas) : undefined) ?? -1
}`,
    en: ["everyone is there: the preferred one, 2"],
    zh: ["都在：首选的 2"],
  },
  {
    file: "08-offsets.kafka.md",
    exercise: "offsets-to-commit",
    answer: `function offsetsToCommit(processed: { topic: string; partition: number; offset: string }[]) {
  const last = new Map<string, { topic: string; partition: number; offset: string }>()
  for (const entry of processed) {
    const id = \`\${entry.topic}-\${entry.partition}\`
    const known = last.get(id)
    if (known === undefined || Number(known.offset) < Number(entry.offset)) last.set(id, entry)
  }
  return [...last.values()]
}`,
    en: ["7, 8 and 9 are done, so the next is 10", "partitions are counted apart, and offsets compared as numbers"],
    zh: ["7、8、9 都处理完了，下一条是 10", "各分区分开算，位移按数字比较"],
  },
  {
    file: "08-offsets.kafka.md",
    exercise: "lag-monitor",
    answer: `async function lagOf(groupId: string, name: string): Promise<number> {
  const [{ high }] = await admin.fetchTopicOffsets(name)
  return Number(high) - Math.max(0, await committed(groupId, name))
}`,
    en: ["the five deleted records cannot be caught up on: 5", "a bookmark at 2 below the log start at 5: still 5"],
    zh: ["删掉的五条追不回来了：滞后 5", "书签在 2，低于日志起点 5：仍是 5"],
  },
  {
    file: "10-delivery-semantics.kafka.md",
    exercise: "bear-it",
    answer: `function handle(store: Store, event: string, fail: () => void) {
  if (!store.note(event)) return
  fail()
  store.effect(event)
}`,
    en: ["crashed on the first delivery of a: its second one counts"],
    zh: ["a 第一次投递时崩溃：第二次算数"],
  },
  {
    file: "10-delivery-semantics.kafka.md",
    exercise: "move-money",
    answer: `const ledger = topic("ledger")
async function transfer(entries: { account: string; amount: number }[]) {
  const transaction = await banker.transaction()
  for (const { account, amount } of entries) {
    await transaction.send({ topic: ledger, messages: [{ key: account, value: String(amount) }] })
  }
  await transaction.commit()
  if (entries.some(({ amount }) => amount < 0)) throw new Error("refused")
}`,
    en: ["of the refused transfer nothing is visible, of the other both entries"],
    zh: ["被拒的转账一笔也看不到，另一次两笔都在"],
  },
]
