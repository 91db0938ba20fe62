import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { kafkaVersion, runKafkaClass } from "../../scripts/apacheKafka.mjs"
import { type RunningCluster, startClusterUnderTest } from "./clusterUnderTest"
import { findKafkaClassPath } from "./programClients"

/** Kafka's own command-line tools, on the cluster and on the files that it wrote. */
const topic = "tools-orders"
const group = "tools-group"

describe.skipIf(!process.env.CI && findKafkaClassPath() === undefined)(`Apache Kafka ${kafkaVersion}'s tools`, () => {
  let cluster: RunningCluster
  beforeAll(async () => {
    cluster = await startClusterUnderTest()
  })
  afterAll(async () => {
    await cluster?.stop()
  })

  const tool = (className: string, ...options: string[]) => {
    const result = runKafkaClass(className, ["--bootstrap-server", cluster.bootstrap(), ...options])
    return `${result.stdout}${result.status === 0 ? "" : result.stderr}`
  }

  it("kafka-topics creates, describes and lists a topic", () => {
    const topics = "org.apache.kafka.tools.TopicCommand"
    expect(tool(topics, "--create", "--topic", topic, "--partitions", "2", "--replication-factor", "3")).toContain(
      "Created",
    )
    const described = tool(topics, "--describe", "--topic", topic)
    expect(described).toMatch(/PartitionCount: 2\s+ReplicationFactor: 3/)
    expect(described.match(/Isr: (\d,?){3}/g)).toHaveLength(2)
    expect(tool(topics, "--list").split("\n")).toContain(topic)
  })

  it("kafka-console-producer writes what kafka-console-consumer reads", () => {
    const produced = runKafkaClass(
      "org.apache.kafka.tools.ConsoleProducer",
      [
        "--bootstrap-server",
        cluster.bootstrap(),
        "--topic",
        topic,
        "--property",
        "parse.key=true",
        "--property",
        "key.separator=:",
      ],
      { input: "order-1:paid\norder-2:北京\n" },
    )
    expect(produced.status, produced.stderr).toBe(0)
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
    const read = tool("org.apache.kafka.tools.consumer.ConsoleConsumer", ...options)
    expect(read.trim().split("\n").sort()).toEqual(["paid", "北京"])
  })

  it("kafka-consumer-groups describes the group's offsets and lag", () => {
    const groups = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
    expect(tool(groups, "--list").split("\n")).toContain(group)
    const rows = tool(groups, "--describe", "--group", group)
      .split("\n")
      .filter((line) => line.includes(topic))
      .map((line) => line.trim().split(/\s+/).slice(1, 6))
    const committed = rows.reduce((sum, row) => sum + Number(row[2]), 0)
    const lag = rows.reduce((sum, row) => sum + Number(row[4]), 0)
    expect({ partitions: rows.length, committed, lag }).toEqual({ partitions: 2, committed: 2, lag: 0 })
  })

  it("kafka-configs alters and describes a topic's config", () => {
    const entity = ["--entity-type", "topics", "--entity-name", topic]
    const altered = tool("kafka.admin.ConfigCommand", "--alter", ...entity, "--add-config", "retention.ms=60000")
    expect(altered).toContain("Completed updating config")
    expect(tool("kafka.admin.ConfigCommand", "--describe", ...entity)).toContain("retention.ms=60000")
  })

  it("kafka-metadata-quorum names the leader and the voters", () => {
    const status = tool("org.apache.kafka.tools.MetadataQuorumCommand", "describe", "--status")
    expect(status).toMatch(/LeaderId:\s+[1-3]/)
    expect(status).toMatch(/CurrentVoters:\s+\[/)
  })

  it("kafka-dump-log reads the segments, the offsets and the metadata that the cluster wrote", (context) => {
    if (cluster.data === undefined) {
      const reason = "Apache Kafka's own files are not in question"
      Object.assign(context.task.meta, { skipped: reason })
      return context.skip(reason)
    }
    const dumpLog = (folder: string, ...options: string[]) => {
      const [segment = ""] = readdirSync(folder).filter((name) => name.endsWith(".log"))
      const result = runKafkaClass("kafka.tools.DumpLogSegments", ["--files", join(folder, segment), ...options])
      return `${result.stdout}${result.stderr}`
    }
    const folders = listPartitionFolders(cluster.data)
    const records = folders
      .filter((folder) => folder.includes(topic))
      .map((folder) => dumpLog(folder, "--print-data-log"))
    expect(records.join("\n")).toMatch(/key: order-1 payload: paid/)
    const offsets = folders
      .filter((folder) => folder.includes("__consumer_offsets"))
      .map((folder) => [folder, logBytes(folder)] as const)
      .filter(([, bytes]) => bytes > 0)
      .map(([folder]) => dumpLog(folder, "--offsets-decoder"))
    expect(offsets.join("\n")).toMatch(new RegExp(`"group":"${group}"`))
    const [metadata = ""] = folders.filter((folder) => folder.includes("__cluster_metadata"))
    expect(dumpLog(metadata, "--cluster-metadata-decoder")).toMatch(
      new RegExp(`"type":"TOPIC_RECORD".*"name":"${topic}"`),
    )
  })
})

function listPartitionFolders(data: string): string[] {
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /-\d+$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

function logBytes(folder: string): number {
  const [segment] = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name.endsWith(".log"))
  return segment ? statSync(join(folder, segment.name)).size : 0
}
