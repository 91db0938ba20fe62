import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { apis } from "../../src/protocol/index"
import { Reader } from "../../src/protocol/reader"
import { controlRecords } from "../../src/protocol/record/controlRecords"
import { groupRecords, transactionRecords } from "../../src/protocol/record/coordinatorRecords"
import { metadataRecords } from "../../src/protocol/record/metadataRecords"
import type { Message } from "../../src/protocol/schema"
import type { StructSpec, TypeSpec } from "../../src/protocol/spec"
import { Writer } from "../../src/protocol/writer"

const messages = new Map<string, Message>(
  apis.flatMap(({ name, request, response }) => [
    [`${name}Request`, request],
    [`${name}Response`, response],
  ]),
)
const coordinator = Object.values({ ...groupRecords, ...transactionRecords }).flatMap(({ key, value }) => [key, value])
const records = new Map<string, Message>(
  [...Object.values(metadataRecords), ...coordinator, ...Object.values(controlRecords)].map(({ name, body }) => [
    name,
    body,
  ]),
)

test("every message of every version has the bytes and fields that Kafka's classes give it", () => {
  expect(mismatches("kafka-clients-messages.txt", messages)).toEqual([])
})

test("every persisted record of every version has the bytes and fields that Kafka's classes give it", () => {
  expect(mismatches("kafka-records.txt", records)).toEqual([])
})

test("no message is left out", () => {
  const covered = new Set([...linesOf("kafka-clients-messages.txt")].map(({ name, version }) => `${name} ${version}`))
  const missing = apis.flatMap(({ name, versions: [oldest, newest] }) =>
    Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index)
      .flatMap((version) => [`${name}Request ${version}`, `${name}Response ${version}`])
      .filter((each) => !covered.has(each)),
  )
  // Kafka's JSON form has no place for their records, or for an int64 beyond 2^53.
  expect(missing).toEqual(["FetchRequest 18", "FetchSnapshotResponse 0"])
})

/** The lines whose bytes do not decode to their fields, or whose fields do not encode to their bytes. */
function mismatches(file: string, known: ReadonlyMap<string, Message>): string[] {
  const wrong: string[] = []
  for (const { name, version, hex, fields } of linesOf(file)) {
    const message = known.get(name)
    if (!message) wrong.push(`${name} is unknown`)
    else if (!matches(message, version, hex, fields)) wrong.push(`${name} ${version}`)
  }
  return wrong
}

function matches(message: Message, version: number, hex: string, fields: unknown): boolean {
  const codec = message.codec(version)
  const reader = new Reader(Buffer.from(hex, "hex"))
  const decoded = codec.read(reader)
  const writer = new Writer()
  codec.write(writer, decoded)
  expect(jsonOf(message.spec, decoded as Fields, version)).toEqual(fields)
  return reader.remaining === 0 && writer.finish().toString("hex") === hex
}

type Fields = { readonly [name: string]: unknown }

function* linesOf(file: string) {
  const text = readFileSync(new URL(`../fixtures/protocol/${file}`, import.meta.url), "utf8")
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue
    const [name = "", version = "", hex = ""] = line.split(" ", 3)
    const json = line.slice(name.length + version.length + hex.length + 3)
    yield { name, version: Number(version), hex, fields: JSON.parse(json) as unknown }
  }
}

/** Kafka's JSON form of a decoded message: the fields of the version alone, bytes in base64. */
function jsonOf(spec: StructSpec, fields: Fields, version: number): Fields {
  const present = spec.fields.filter(({ since, until }) => since <= version && version <= until)
  return Object.fromEntries(present.map(({ name, type }) => [name, jsonValue(name, type, fields[name], version)]))
}

function jsonValue(name: string, type: TypeSpec, value: unknown, version: number): unknown {
  if (value === null || name === "records" || name === "unalignedRecords") return null
  if (Buffer.isBuffer(value)) return value.toString("base64")
  if (type.kind === "struct") return jsonOf(type, value as Fields, version)
  if (type.kind === "array") return (value as unknown[]).map((each) => jsonValue("", type.of, each, version))
  return value
}
