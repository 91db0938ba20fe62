import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { readConnectionFile } from "../../src/process/connectionFile"

const folder = mkdtempSync(join(tmpdir(), "logbook-connection-"))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const written = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe("a connection file", () => {
  it("is Kafka's client.properties, with its marks and its certificates beside it", () => {
    const ca = written("ca.pem", "")
    const path = written(
      "orders.properties",
      [
        "bootstrap.servers=one:9092, two:9092",
        "security.protocol=SSL",
        "ssl.truststore.location=ca.pem",
        "ssl.keystore.location=/elsewhere/client.pem",
        "logbook.read.only=true",
        "logbook.production = TRUE",
      ].join("\n"),
    )
    expect(readConnectionFile(path)).toEqual({
      name: "orders",
      production: true,
      cluster: {
        kind: "connected",
        bootstrap: ["one:9092", "two:9092"],
        clientProperties: {
          "bootstrap.servers": "one:9092, two:9092",
          "security.protocol": "SSL",
          "ssl.truststore.location": ca,
          "ssl.keystore.location": "/elsewhere/client.pem",
        },
        prefix: `${userInfo().username}.`,
        readOnly: true,
      },
    })
  })

  it("is neither read-only nor production unless it says so, and must name a broker", () => {
    const plain = written("plain.properties", "bootstrap.servers=one:9092\nlogbook.name=The plain one\n")
    const { name, production, cluster } = readConnectionFile(plain)
    expect([name, production, cluster.readOnly]).toEqual(["The plain one", false, false])
    expect(() => readConnectionFile(written("empty.properties", "# nothing\n"))).toThrow(/has no bootstrap\.servers/)
  })
})
