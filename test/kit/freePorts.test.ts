import { expect, it } from "vitest"
import { startTestCluster } from "./testCluster"

it("takes free ports that no outgoing connection is given, so that a broker finds its own again", async () => {
  const cluster = await startTestCluster()
  try {
    const ports = cluster.bootstrap.split(",").map((address) => Number(address.split(":")[1]))
    expect([ports.length, ports.filter((port) => port < 20_000 || port >= 32_768)]).toEqual([3, []])
  } finally {
    await cluster.end()
  }
})
