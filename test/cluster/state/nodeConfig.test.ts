import { expect, it } from "vitest"
import { logConfigOf } from "../../../src/cluster/log/logConfig"
import { MetadataImage } from "../../../src/cluster/state/metadata/metadataImage"
import { NodeConfig } from "../../../src/cluster/state/nodeConfig"

it("gives a log the topic's configs, the broker's synonyms, and what only a broker can set", () => {
  const configured = new Map([
    ["producer.id.expiration.ms", "5000"],
    ["log.retention.hours", "2"],
  ])
  const config = new NodeConfig(1, configured, new MetadataImage("a-cluster-of-the-tests"))
  const { producerIdExpirationMs, retentionMs, segmentBytes } = logConfigOf((name) => config.topicValue("t", name))
  expect({ producerIdExpirationMs, retentionMs, segmentBytes }).toEqual({
    producerIdExpirationMs: 5_000,
    retentionMs: 7_200_000,
    segmentBytes: 1 << 30,
  })
})
