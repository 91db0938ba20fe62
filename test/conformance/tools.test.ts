import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { kafkaVersion, runKafkaClass } from "../../scripts/apacheKafka.mjs"
import { skipMissing, skipTest } from "../skipTest"
import { type RunningCluster, startClusterUnderTest } from "./clusterUnderTest"
import { KafkaTools } from "./kafkaTools"
import { findKafkaClassPath } from "./programClients"

/** Kafka's own command-line tools, on the cluster and on the files that it wrote. */
const topic = "tools-orders"
const group = "tools-group"
const classPath = findKafkaClassPath()

describe(`Apache Kafka ${kafkaVersion}'s tools`, () => {
  let cluster: RunningCluster
  let tools: KafkaTools
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "logbook-tools-"))
    if (classPath === undefined) return
    cluster = await startClusterUnderTest()
    tools = await KafkaTools.start(classPath)
  })
  beforeEach((context) => {
    if (classPath === undefined) skipMissing(context, `Apache Kafka ${kafkaVersion} with a JVM`)
  })
  afterAll(async () => {
    await tools?.stop()
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const tool = async (className: string, ...options: string[]) => {
    const main = `${className.startsWith("kafka.") ? "" : "org.apache.kafka.tools."}${className}`
    return (await tools.run(main, ["--bootstrap-server", cluster.bootstrap(), ...options])).output
  }
  const jsonFile = (name: string, content: unknown) => {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(content))
    return path
  }
  /** The cells of a table that a tool printed, without its header. */
  const rowsOf = (output: string, header: RegExp) => {
    const lines = output.split("\n").filter((line) => line.trim() !== "")
    return lines.slice(lines.findIndex((line) => header.test(line)) + 1).map((line) => line.trim().split(/\s+/))
  }

  it("kafka-topics creates, describes and lists a topic", async () => {
    const topics = "TopicCommand"
    expect(
      await tool(topics, "--create", "--topic", topic, "--partitions", "2", "--replication-factor", "3"),
    ).toContain("Created")
    const described = await tool(topics, "--describe", "--topic", topic)
    expect(described).toMatch(/PartitionCount: 2\s+ReplicationFactor: 3/)
    expect(described.match(/Isr: (\d,?){3}/g)).toHaveLength(2)
    expect((await tool(topics, "--list")).split("\n")).toContain(topic)
  })

  it("kafka-console-producer writes what kafka-console-consumer reads", async () => {
    const properties = ["--property", "parse.key=true", "--property", "key.separator=:"]
    const connection = ["--bootstrap-server", cluster.bootstrap(), "--topic", topic]
    const main = "org.apache.kafka.tools.ConsoleProducer"
    const produced = await tools.run(main, [...connection, ...properties], "order-1:paid\norder-2:北京\n")
    expect(produced.status, produced.output).toBe(0)
    const options = [
      "--topic",
      topic,
      "--group",
      group,
      "--from-beginning",
      "--max-messages",
      "2",
      "--timeout-ms",
      "20000",
    ]
    const read = await tool("consumer.ConsoleConsumer", ...options)
    expect(read.trim().split("\n").sort()).toEqual(["Processed a total of 2 messages", "paid", "北京"])
  })

  it("kafka-consumer-groups describes the group's offsets and lag", async () => {
    const groups = "consumer.group.ConsumerGroupCommand"
    expect((await tool(groups, "--list")).split("\n")).toContain(group)
    const rows = (await tool(groups, "--describe", "--group", group))
      .split("\n")
      .filter((line) => line.includes(topic))
      .map((line) => line.trim().split(/\s+/).slice(1, 6))
    const committed = rows.reduce((sum, row) => sum + Number(row[2]), 0)
    const lag = rows.reduce((sum, row) => sum + Number(row[4]), 0)
    expect({ partitions: rows.length, committed, lag }).toEqual({ partitions: 2, committed: 2, lag: 0 })
  })

  it("kafka-configs alters and describes a topic's config", async () => {
    const entity = ["--entity-type", "topics", "--entity-name", topic]
    const altered = await tool("kafka.admin.ConfigCommand", "--alter", ...entity, "--add-config", "retention.ms=60000")
    expect(altered).toContain("Completed updating config")
    expect(await tool("kafka.admin.ConfigCommand", "--describe", ...entity)).toContain("retention.ms=60000")
  })

  it("kafka-metadata-quorum names the leader and the voters, and how far everyone is", async () => {
    const status = await tool("MetadataQuorumCommand", "describe", "--status")
    const leader = /LeaderId:\s+(\d)/.exec(status)?.[1]
    expect(status).toMatch(/CurrentVoters:\s+\[/)
    expect(status).toMatch(/MaxFollowerLag:\s+\d+\n/)
    const rows = rowsOf(await tool("MetadataQuorumCommand", "describe", "--replication"), /^NodeId/)
    expect(rows.map(([id, , , lag, , , status]) => [id, Number(lag) < 10, status]).sort()).toEqual([
      ["1", true, leader === "1" ? "Leader" : "Observer"],
      ["2", true, leader === "2" ? "Leader" : "Observer"],
      ["3", true, leader === "3" ? "Leader" : "Observer"],
    ])
  })

  it("kafka-get-offsets, kafka-delete-records and kafka-log-dirs agree on what is there", async () => {
    const ends = async (time: string) =>
      (await tool("GetOffsetShell", "--topic", topic, "--time", time)).trim().split("\n").map(offsetOf)
    const [before, records] = [await ends("-2"), await ends("-1")]
    const partitions = records.map((offset, partition) => ({ topic, partition, offset }))
    const file = jsonFile("delete.json", { version: 1, partitions })
    const deleted = await tool("DeleteRecordsCommand", "--offset-json-file", file)
    const after = await ends("-2")
    const described = await tool("LogDirsCommand", "--describe", "--topic-list", topic)
    const logDirs = JSON.parse(described.split("\n").find((line) => line.startsWith("{")) ?? "{}") as LogDirs
    expect({
      before,
      sum: records.reduce((sum, offset) => sum + offset, 0),
      deleted: deleted.match(/low_watermark: \d+/g)?.length,
      after,
      replicas: logDirs.brokers?.flatMap(({ logDirs }) => logDirs.flatMap(({ partitions }) => partitions)).length,
    }).toEqual({ before: [0, 0], sum: 2, deleted: 2, after: records, replicas: 6 })
  })

  it("kafka-consumer-groups resets the offsets of a group without members", async () => {
    const groups = "consumer.group.ConsumerGroupCommand"
    const options = ["--group", group, "--reset-offsets", "--topic", topic, "--shift-by", "-2", "--execute"]
    const rows = rowsOf(await tool(groups, ...options), /^GROUP/)
    // What lies before the start of the log is pulled up to it.
    expect(rows.map((row) => row.slice(0, 3)).sort()).toEqual([
      [group, topic, "0"],
      [group, topic, "1"],
    ])
    expect(rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(2)
  })

  it("kafka-reassign-partitions moves a replica, and kafka-leader-election gives the lead to the first", async () => {
    const reassign = "reassign.ReassignPartitionsCommand"
    const moved = "tools-moved"
    await tool("TopicCommand", "--create", "--topic", moved, "--replica-assignment", "1:2")
    const plan = { version: 1, partitions: [{ topic: moved, partition: 0, replicas: [3, 1] }] }
    const file = ["--reassignment-json-file", jsonFile("plan.json", plan)]
    const started = await tool(reassign, "--execute", ...file)
    await untilPrinted(() => tool(reassign, "--verify", ...file), /is complete/)
    const listed = await tool(reassign, "--list")
    const election = ["--election-type", "preferred", "--topic", moved, "--partition", "0"]
    const elected = await tool("LeaderElectionCommand", ...election)
    const described = await tool("TopicCommand", "--describe", "--topic", moved)
    expect([
      /Successfully started partition reassignment for tools-moved-0/.test(started),
      /No partition reassignments found/.test(listed),
      /Successfully completed leader election|Valid replica already elected/.test(elected),
      /Leader: (\d+)\s+Replicas: (\S+)\s+Isr: (\S+)/.exec(described)?.slice(1, 3),
    ]).toEqual([true, true, true, ["3", "3,1"]])
  })

  it("kafka-features, kafka-broker-api-versions and kafka-cluster know the cluster's levels, APIs and id", async () => {
    const features = await tool("FeatureCommand", "describe")
    const versions = await tool("BrokerApiVersionsCommand")
    const id = await tools.run("org.apache.kafka.tools.ClusterTool", ["cluster-id", "-b", cluster.bootstrap()])
    expect({
      transactions: /Feature: transaction.version.*FinalizedVersionLevel: (\d+)/.exec(features)?.[1],
      metadata: /Feature: metadata.version.*FinalizedVersionLevel: (\S+)/.exec(features)?.[1],
      brokers: versions.match(/\(id: \d/g)?.sort(),
      unsupported: /Produce\(0\): UNSUPPORTED|UNKNOWN\(/.test(versions),
      id: /Cluster ID: \S{22}\n/.test(id.output),
    }).toEqual({
      transactions: "2",
      metadata: "4.1-IV1",
      brokers: ["(id: 1", "(id: 2", "(id: 3"],
      unsupported: false,
      id: true,
    })
  })

  it("kafka-verifiable-producer and -consumer, and kafka-producer-perf-test, count every record", async () => {
    const many = ["--topic", "tools-many"]
    await tool("TopicCommand", "--create", ...many, "--partitions", "1", "--replication-factor", "3")
    // It sends and reports what is left when its JVM ends: this one needs its own.
    const connection = ["--bootstrap-server", cluster.bootstrap()]
    const producer = [...connection, ...many, "--max-messages", "100", "--acks", "-1"]
    const produced = runKafkaClass("org.apache.kafka.tools.VerifiableProducer", producer).stdout
    const props = ["--producer-props", `bootstrap.servers=${cluster.bootstrap()}`]
    const load = ["--num-records", "400", "--record-size", "100", "--throughput", "-1"]
    const perf = await tools.run("org.apache.kafka.tools.ProducerPerformance", [...many, ...load, ...props])
    const consumer = ["--group-id", "tools-verifiable", "--max-messages", "500", "--reset-policy", "earliest"]
    const consumed = await tool("VerifiableConsumer", ...many, ...consumer)
    const counts = [
      ...consumed.matchAll(/"name":"records_consumed".*?"count":(\d+)|"count":(\d+).*?"records_consumed"/g),
    ]
    expect({
      acked: produced.match(/producer_send_success/g)?.length,
      perf: /400 records sent/.test(perf.output),
      consumed: counts.reduce((sum, [, after, before]) => sum + Number(after ?? before), 0),
    }).toEqual({ acked: 100, perf: true, consumed: 500 })
  })

  it("kafka-transactions lists, describes and aborts an open transaction, and finds none hanging", async () => {
    const transactions = "TransactionsCommand"
    const ledger = "tools-ledger"
    await tool("TopicCommand", "--create", "--topic", ledger, "--partitions", "1", "--replication-factor", "3")
    const kafka = new Kafka({ brokers: cluster.bootstrap().split(","), logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ transactionalId: "tools-teller", idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: ledger, messages: [{ value: "open" }] })

    const listed = rowsOf(await tool(transactions, "list"), /^TransactionalId/)
    const [described] = rowsOf(
      await tool(transactions, "describe", "--transactional-id", "tools-teller"),
      /^CoordinatorId/,
    )
    const at = ["--topic", ledger, "--partition", "0"]
    const [writer] = rowsOf(await tool(transactions, "describe-producers", ...at), /^ProducerId/)
    const hanging = rowsOf(await tool(transactions, "find-hanging", ...at), /^Topic/)
    await tool(transactions, "abort", ...at, "--start-offset", "0")
    const [after] = rowsOf(await tool(transactions, "describe-producers", ...at), /^ProducerId/)
    await transaction.abort()
    await producer.disconnect()
    expect({
      listed: listed.find(([id]) => id === "tools-teller")?.slice(-1),
      described: [described?.[1], described?.[4], described?.slice(-1)[0]],
      open: writer?.at(-1),
      hanging,
      aborted: after?.at(-1),
    }).toEqual({
      listed: ["Ongoing"],
      described: ["tools-teller", "Ongoing", `${ledger}-0`],
      open: "0",
      hanging: [],
      aborted: "None",
    })
  })

  it("kafka-dump-log reads the segments, offsets, transactions and metadata that the cluster wrote", async (context) => {
    if (cluster.data === undefined) skipTest(context, "Apache Kafka's own files are not in question")
    const dumpLog = async (folder: string, ...options: string[]) => {
      const [segment = ""] = readdirSync(folder).filter((name) => name.endsWith(".log"))
      const files = ["--files", join(folder, segment)]
      return (await tools.run("kafka.tools.DumpLogSegments", [...files, ...options])).output
    }
    const dumpAll = async (name: string, ...options: string[]) => {
      const dumps: string[] = []
      for (const folder of folders.filter((folder) => folder.includes(name) && logBytes(folder) > 0)) {
        dumps.push(await dumpLog(folder, ...options))
      }
      return dumps.join("\n")
    }
    const folders = listPartitionFolders(cluster.data)
    expect(await dumpAll("tools-many", "--print-data-log")).toMatch(/payload: 99\n/)
    expect(await dumpAll("__consumer_offsets", "--offsets-decoder")).toMatch(new RegExp(`"group":"${group}"`))
    const transactions = await dumpAll("__transaction_state", "--transaction-log-decoder")
    expect(transactions).toMatch(/"transactionalId":"tools-teller"/)
    expect(statusesOf(transactions, "tools-teller")).toEqual(transactionStatuses)
    const [metadata = ""] = folders.filter((folder) => folder.includes("__cluster_metadata"))
    expect(await dumpLog(metadata, "--cluster-metadata-decoder")).toMatch(
      new RegExp(`"type":"TOPIC_RECORD".*"name":"${topic}"`),
    )
  })
})

interface LogDirs {
  readonly brokers?: readonly { readonly logDirs: readonly { readonly partitions: readonly unknown[] }[] }[]
}

/** Empty, Ongoing, PrepareAbort, CompleteAbort (Kafka: TransactionState's ids), on each replica. */
const transactionStatuses = [0, 1, 3, 5]

function statusesOf(dump: string, transactionalId: string): number[] {
  const lines = dump.split("\n").filter((line) => line.includes(`"transactionalId":"${transactionalId}"`))
  const statuses = lines.flatMap((line) => /"transactionStatus":(\d+)/.exec(line)?.slice(1).map(Number) ?? [])
  return [...new Set(statuses)]
}

/** `topic:partition:offset` */
function offsetOf(line: string): number {
  return Number(line.split(":")[2])
}

async function untilPrinted(run: () => Promise<string>, wanted: RegExp): Promise<void> {
  while (!wanted.test(await run())) await new Promise((resolve) => setTimeout(resolve, 100))
}

function listPartitionFolders(data: string): string[] {
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /-\d+$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

function logBytes(folder: string): number {
  const [segment] = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name.endsWith(".log"))
  return segment ? statSync(join(folder, segment.name)).size : 0
}
