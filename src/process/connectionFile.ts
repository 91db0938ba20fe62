import { existsSync, readFileSync } from "node:fs"
import { userInfo } from "node:os"
import { basename, dirname, resolve } from "node:path"
import type { KernelCluster } from "../contract/kernel"
import { readClientProperties } from "./clientProperties"

/** A cluster that a file describes. */
export interface ConnectionFile {
  readonly name: string
  /** Others depend on it: who runs cells on it is asked before. */
  readonly production: boolean
  readonly cluster: KernelCluster
}

/**
 * Reads Kafka's client.properties. Three keys of our own, which Kafka's tools leave alone: `logbook.name`,
 * `logbook.read.only` and `logbook.production`.
 * @throws a sentence that names the file
 */
export function readConnectionFile(path: string): ConnectionFile {
  const { own, clientProperties } = splitOff(readClientProperties(readFileSync(path, "utf8")))
  const addresses = clientProperties["bootstrap.servers"] ?? ""
  if (addresses.trim() === "") throw new Error(`${path} has no bootstrap.servers.`)
  return {
    name: own["logbook.name"] ?? basename(path).replace(/\.properties$/, ""),
    production: isTrue(own["logbook.production"]),
    cluster: connectedCluster(addresses, besideFile(clientProperties, path), isTrue(own["logbook.read.only"])),
  }
}

/** A cluster that others use too: topics and groups of cells carry the reader's name. */
export function connectedCluster(
  addresses: string,
  clientProperties: Readonly<Record<string, string>> = {},
  readOnly = false,
): KernelCluster {
  return {
    kind: "connected",
    bootstrap: addresses.split(",").map((address) => address.trim()),
    clientProperties,
    prefix: `${userInfo().username.replaceAll(/[^\w.-]/g, "_")}.`,
    readOnly,
  }
}

function splitOff(properties: Readonly<Record<string, string>>) {
  const entries = Object.entries(properties)
  const isOwn = ([key]: readonly [string, string]) => key.startsWith("logbook.")
  return {
    own: Object.fromEntries(entries.filter(isOwn)) as Readonly<Record<string, string | undefined>>,
    clientProperties: Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  }
}

function isTrue(value = ""): boolean {
  return value.trim().toLowerCase() === "true"
}

/** Certificates are named from where Kafka's tool is called; who opens the file in an editor calls from nowhere. */
function besideFile(properties: Readonly<Record<string, string>>, path: string): Record<string, string> {
  const entries = Object.entries(properties).map(([key, value]) => {
    const beside = resolve(dirname(path), value)
    return [key, key.endsWith(".location") && existsSync(beside) ? beside : value] as const
  })
  return Object.fromEntries(entries)
}
