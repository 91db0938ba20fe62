import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** What is wrong in kafkajs 2.2.4, by file: lines of it that are there exactly once, and what stands in their place. */
export const mends = {
  "network/requestQueue/index.js": [
    // Re-arms a timer with a negative delay on every idle connection (its issues 1556 and 1751): 1,000 wake-ups a
    // second, and TimeoutNegativeWarning from Node 24 on. It needs the timer only while requests wait or the broker
    // throttles.
    {
      original: "    if (!this.throttleCheckTimeoutId) {",
      mended: "    if (!this.throttleCheckTimeoutId && (this.pending.length > 0 || scheduleAt > 0)) {",
    },
    // Whoever has given up on all requests, as a consumer that closes does, need not hear of an answer that comes yet.
    {
      original: "    this.pending = []\n    this.inflight.clear()\n",
      mended: "    this.pending = []\n    this.inflight.clear()\n    this.gaveUp = true\n",
    },
    {
      original: "    } else {\n      this.logger.warn(`Response without match`, {",
      mended: "    } else if (!this.gaveUp) {\n      this.logger.warn(`Response without match`, {",
    },
  ],
  // A consumer that closes waits for its fetch, which waits at the broker for records (maxWaitTimeInMs, by default 5 s).
  // Java's gives the fetch up (KafkaConsumer.close wakes its poll), and leaves the group at once.
  "consumer/runner.js": [
    {
      original: "    const batches = await this.consumerGroup.fetch(nodeId)\n",
      mended: `    let giveUp
    const batches = await new Promise((resolve, reject) => {
      giveUp = () => resolve([])
      this.waiting = (this.waiting ?? new Set()).add(giveUp)
      this.consumerGroup.fetch(nodeId).then(resolve, reject)
    }).finally(() => this.waiting.delete(giveUp))
`,
    },
    {
      original: "    if (batches.length === 0) {\n",
      mended: "    if (batches.length === 0 && this.running) {\n",
    },
    {
      original: "    this.running = false\n\n    try {\n      await this.fetchManager.stop()\n",
      mended: `    this.running = false
    this.consumerGroup.closing = true
    for (const giveUp of this.waiting ?? []) giveUp()

    try {
      await this.fetchManager.stop()
`,
    },
    // One that closes must not join again, whatever its last heartbeat or join was told.
    {
      original:
        "      } catch (e) {\n        if (isRebalancing(e)) {\n          this.logger.warn('The group is rebalancing",
      mended:
        "      } catch (e) {\n        if (!this.running) return\n        if (isRebalancing(e)) {\n          this.logger.warn('The group is rebalancing",
    },
    // One that is closed while it joins would take its own closed connection for a crash, and start anew: a consumer
    // that nobody can close. It leaves when it has joined.
    {
      original: `      await this.consumerGroup.connect()
      await this.consumerGroup.joinAndSync()
    } catch (e) {
      return this.onCrash(e)
    }
`,
      mended: `      this.joining = this.consumerGroup.connect().then(() => this.consumerGroup.joinAndSync())
      await this.joining
    } catch (e) {
      return this.stopped ? undefined : this.onCrash(e)
    }
    if (this.stopped) return
`,
    },
    {
      original: `  async stop() {
    if (!this.running) {
      return
    }
`,
      mended: `  async stop() {
    if (!this.running) {
      this.stopped = true
      this.consumerGroup.closing = true
      await Promise.resolve(this.joining)
        .then(() => this.consumerGroup.leave())
        .catch(() => {})
      return
    }
`,
    },
  ],
  // A connection that closes waits for the answers under way. Whoever has left the group wants no records any more:
  // fetches go over the second connection of each broker.
  "consumer/index.js": [
    {
      original:
        "      logger.debug('consumer has stopped, disconnecting', { groupId })\n      await cluster.disconnect()\n",
      mended: `      logger.debug('consumer has stopped, disconnecting', { groupId })
      for (const { connectionPool } of Object.values(cluster.brokerPool.brokers)) {
        connectionPool.pool[1].rejectRequests(new Error('The consumer closes.'))
      }
      await cluster.disconnect()
`,
    },
  ],
  "consumer/consumerGroup.js": [
    {
      original: "      const { responses } = await broker.fetch({\n",
      mended: "      if (this.closing) return []\n      const { responses } = await broker.fetch({\n",
    },
    // What the coordinator calls a member is known before it has joined (KIP-394): one that ends while it joins must
    // be able to say which member leaves.
    {
      original: "      memberId: this.memberId || '',\n      groupProtocols: this.assigners",
      mended: `      memberId: this.memberId || '',
      onMemberId: memberId => this.instrumentationEmitter.emit(MEMBER_ID, { memberId }),
      groupProtocols: this.assigners`,
    },
    {
      original: "  events: { GROUP_JOIN, HEARTBEAT,",
      mended: "  events: { GROUP_JOIN, MEMBER_ID, HEARTBEAT,",
    },
    {
      original: "    return this.retrier(async bail => {\n      try {\n        await this[PRIVATE.JOIN]()\n",
      mended: `    return this.retrier(async bail => {
      if (this.closing) return bail(new KafkaJSNonRetriableError('The consumer closes.'))
      try {
        await this[PRIVATE.JOIN]()
`,
    },
  ],
  "consumer/instrumentationEvents.js": [
    {
      original: "  GROUP_JOIN: consumerType('group_join'),\n",
      mended: "  GROUP_JOIN: consumerType('group_join'),\n  MEMBER_ID: consumerType('member_id'),\n",
    },
  ],
  "broker/index.js": [
    {
      original: "    groupProtocols,\n  }) {\n    const joinGroup =",
      mended: "    groupProtocols,\n    onMemberId = () => {},\n  }) {\n    const joinGroup =",
    },
    {
      original: "        return makeRequest(error.memberId)\n",
      mended: "        onMemberId(error.memberId)\n        return makeRequest(error.memberId)\n",
    },
  ],
}

/** What a cell redeclares (`const process = …`) must not reach the bundle: it takes Node's globals by import. */
const nodeGlobals = fileURLToPath(new URL("../src/kernel/nodeGlobals.ts", import.meta.url))

/** The esbuild plugin of every bundle that runs kafkajs beside cells. A changed kafkajs fails the build. */
export function mendKafkajs() {
  return {
    name: "mend-kafkajs",
    setup(build) {
      build.initialOptions.inject = [...(build.initialOptions.inject ?? []), nodeGlobals]
      build.onLoad({ filter: /kafkajs[\\/]src[\\/](network|consumer|broker)[\\/].*\.js$/ }, ({ path }) => {
        const file = path.split(/kafkajs[\\/]src[\\/]/)[1]?.replaceAll("\\", "/") ?? ""
        const wanted = mends[file]
        return wanted && { contents: mend(readFileSync(path, "utf8"), wanted), loader: "js" }
      })
    },
  }
}

/** Puts each mended text in the place of its original, which must be there exactly once. */
export function mend(source, wanted) {
  return wanted.reduce((text, { original, mended }) => {
    const parts = text.split(original)
    if (parts.length !== 2) {
      throw new Error(`kafkajs changed: this is not where it was. See mendKafkajs.mjs.\n${original}`)
    }
    return parts.join(mended)
  }, source)
}
