import type { Disk, DiskResult } from "../disk"

const FILE_NAME = "meta.properties"

/** Whose folder this is (Kafka: `MetaProperties` version 1, KIP-631; directory id: KIP-858). */
export interface MetaProperties {
  readonly clusterId: string
  readonly nodeId: number
  readonly directoryId: string
}

/** Undefined when the folder is new. */
export function readMetaProperties(disk: Disk, folder: string): DiskResult<MetaProperties | undefined> {
  const read = disk.readFile(`${folder}/${FILE_NAME}`)
  if (!read.ok || !read.value) return read.ok ? { ok: true, value: undefined } : read
  const text = read.value.toString("utf8")
  const property = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1]?.trim() ?? ""
  const [clusterId, nodeId, directoryId] = [property("cluster\\.id"), property("node\\.id"), property("directory\\.id")]
  if (clusterId === "" || nodeId === "") {
    const message = `${folder}/${FILE_NAME} names no cluster.id or node.id: restore it, or start in an empty folder.`
    return { ok: false, error: { code: "EIO", path: `${folder}/${FILE_NAME}`, message } }
  }
  return { ok: true, value: { clusterId, nodeId: Number(nodeId), directoryId } }
}

export function writeMetaProperties(disk: Disk, folder: string, properties: MetaProperties): DiskResult<void> {
  const { clusterId, nodeId, directoryId } = properties
  const lines = [`cluster.id=${clusterId}`, `directory.id=${directoryId}`, `node.id=${nodeId}`, "version=1", ""]
  return disk.writeFile(`${folder}/${FILE_NAME}`, Buffer.from(lines.join("\n")), { durable: true })
}
