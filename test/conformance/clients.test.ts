import { afterAll, beforeAll, describe, it } from "vitest"
import { skipMissing } from "../skipTest"
import type { Client } from "./client"
import { type RunningCluster, startClusterUnderTest } from "./clusterUnderTest"
import { Kafkajs } from "./kafkajsClient"
import { Kcat } from "./kcat"
import { Platformatic } from "./platformaticClient"
import { findKafkaClassPath, programClients } from "./programClients"
import { defineScenarios } from "./scenarios"

/**
 * The same scenarios by clients that nobody here wrote. `CONFORMANCE_ON=kafka` runs them on Apache Kafka instead: the
 * scenarios themselves are held to the truth. In CI every client must be had; elsewhere a missing one is named.
 */
const kafkajs = new Kafkajs()
const clients: Client[] = [kafkajs, new Platformatic(), new Kcat(), ...programClients(findKafkaClassPath())]
const only = process.env.CONFORMANCE_CLIENTS?.split(",")

let cluster: RunningCluster
beforeAll(async () => {
  cluster = await startClusterUnderTest()
})
afterAll(async () => {
  await cluster?.stop()
})

for (const client of clients) {
  if (only && !only.includes(client.name)) continue
  const prepared = await client.prepare()
  if ("version" in prepared) {
    describe(`${client.name} ${prepared.version}`, () => {
      defineScenarios(client, () => cluster, kafkajs)
    })
    continue
  }
  describe(client.name, () => {
    it("is to be had on this machine", (context) => {
      skipMissing(context, prepared.missing)
    })
  })
}
