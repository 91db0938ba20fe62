/**
 * Turns the description of a message into a codec for one version of it, once.
 * All questions of version, flexibility and nullability are answered here; a codec only moves bytes.
 */
import { ProtocolError } from "./protocolError"
import { Reader } from "./reader"
import type { FieldSpec, ScalarKind, StructSpec, TypeSpec } from "./spec"
import { Writer } from "./writer"

type Read = (reader: Reader) => unknown
type Write = (writer: Writer, value: unknown) => void
type Struct = { [name: string]: unknown }

export interface Codec {
  read(reader: Reader): unknown
  write(writer: Writer, value: unknown): void
}

interface Context {
  readonly version: number
  readonly flexible: boolean
}

export function compile(spec: StructSpec, version: number, flexible: boolean): Codec {
  return structCodec(spec, { version, flexible })
}

function typeCodec(type: TypeSpec, nullable: boolean, context: Context): Codec {
  switch (type.kind) {
    case "string":
      return stringCodec(nullable, context)
    case "bytes":
      return bytesCodec(nullable, context)
    case "array":
      return arrayCodec(type.of, nullable, context)
    case "struct":
      return nullable ? nullableStructCodec(type, context) : structCodec(type, context)
    default:
      return scalarCodecs[type.kind]
  }
}

const scalarCodecs: Record<ScalarKind, Codec> = {
  int8: { read: (reader) => reader.int8(), write: (writer, value) => writer.int8(value as number) },
  int16: { read: (reader) => reader.int16(), write: (writer, value) => writer.int16(value as number) },
  int32: { read: (reader) => reader.int32(), write: (writer, value) => writer.int32(value as number) },
  int64: { read: (reader) => reader.int64(), write: (writer, value) => writer.int64(value as number) },
  uint16: { read: (reader) => reader.uint16(), write: (writer, value) => writer.uint16(value as number) },
  uint32: { read: (reader) => reader.uint32(), write: (writer, value) => writer.uint32(value as number) },
  float64: { read: (reader) => reader.float64(), write: (writer, value) => writer.float64(value as number) },
  boolean: { read: (reader) => reader.boolean(), write: (writer, value) => writer.boolean(value as boolean) },
  uuid: { read: (reader) => reader.uuid(), write: (writer, value) => writer.uuid(value as string) },
}

/** A length of -1 stands for null; in compact form zero does, and every length is one more. */
interface Lengths {
  readonly read: (reader: Reader) => number
  readonly write: (writer: Writer, length: number) => void
}

const compactLengths: Lengths = {
  read: (reader) => reader.unsignedVarint() - 1,
  write: (writer, length) => writer.unsignedVarint(length + 1),
}
const int16Lengths: Lengths = { read: (reader) => reader.int16(), write: (writer, length) => writer.int16(length) }
const int32Lengths: Lengths = { read: (reader) => reader.int32(), write: (writer, length) => writer.int32(length) }

/** The length of a field that is not null; -1 for one that is, where it may be. */
function checkedLength(length: number, nullable: boolean): number {
  if (length >= 0 || (length === -1 && nullable)) return length
  throw new ProtocolError("negative-length", `a length of ${length}`)
}

function stringCodec(nullable: boolean, { flexible }: Context): Codec {
  const lengths = flexible ? compactLengths : int16Lengths
  return {
    read: (reader) => {
      const length = checkedLength(lengths.read(reader), nullable)
      return length === -1 ? null : reader.text(length)
    },
    write: (writer, value) => {
      if (typeof value === "string") writer.string(value, flexible)
      else if (value !== null) throw unencodable(value, "a string")
      else lengths.write(writer, nullable ? -1 : 0)
    },
  }
}

function bytesCodec(nullable: boolean, { flexible }: Context): Codec {
  const lengths = flexible ? compactLengths : int32Lengths
  return {
    read: (reader) => {
      const length = checkedLength(lengths.read(reader), nullable)
      return length === -1 ? null : reader.view(length)
    },
    write: (writer, value) => {
      if (Buffer.isBuffer(value)) {
        lengths.write(writer, value.length)
        writer.bytes(value)
      } else if (value !== null) throw unencodable(value, "a Buffer")
      else lengths.write(writer, nullable ? -1 : 0)
    },
  }
}

function arrayCodec(of: TypeSpec, nullable: boolean, context: Context): Codec {
  const lengths = context.flexible ? compactLengths : int32Lengths
  const element = typeCodec(of, false, context)
  return {
    read: (reader) => {
      const length = checkedLength(lengths.read(reader), nullable)
      if (length === -1) return null
      // Every element takes a byte at least: a length beyond that must not reserve memory.
      if (length > reader.remaining) throw new ProtocolError("truncated", `an array of ${length} elements`)
      const elements = new Array<unknown>(length)
      for (let index = 0; index < length; index++) elements[index] = element.read(reader)
      return elements
    },
    write: (writer, value) => {
      if (Array.isArray(value)) {
        lengths.write(writer, value.length)
        for (const each of value) element.write(writer, each)
      } else if (value !== null) throw unencodable(value, "an array")
      else lengths.write(writer, nullable ? -1 : 0)
    },
  }
}

/** A nullable struct begins with an int8: -1 for null, 1 for present. */
function nullableStructCodec(spec: StructSpec, context: Context): Codec {
  const codec = structCodec(spec, context)
  return {
    read: (reader) => (reader.int8() < 0 ? null : codec.read(reader)),
    write: (writer, value) => {
      writer.int8(value === null ? -1 : 1)
      if (value !== null) codec.write(writer, value)
    },
  }
}

/** In a tagged field the marker is an unsigned varint: 0 for null, 1 for present. */
function nullableTaggedStructCodec(spec: StructSpec, context: Context): Codec {
  const codec = structCodec(spec, context)
  return {
    read: (reader) => (reader.unsignedVarint() === 0 ? null : codec.read(reader)),
    write: (writer, value) => {
      writer.unsignedVarint(value === null ? 0 : 1)
      if (value !== null) codec.write(writer, value)
    },
  }
}

function structCodec(spec: StructSpec, context: Context): Codec {
  const present = spec.fields.filter(({ since, until }) => since <= context.version && context.version <= until)
  const ordinary = present.filter(({ tag }) => tag < 0)
  const names = ordinary.map(({ name }) => name)
  const defaults = ordinary.map(defaultOf)
  const codecs = ordinary.map((field) => fieldCodec(field, context))
  const reads: Read[] = codecs.map(({ read }) => read)
  const writes: Write[] = codecs.map(({ write }) => write)
  const tags = context.flexible ? taggedCodec(present, context) : null
  const template = defaultsOf(spec)

  return {
    read: (reader) => {
      // Spreading the template gives every message of this kind one hidden class, absent fields included.
      const value: Struct = { ...template }
      for (let index = 0; index < reads.length; index++) {
        value[names[index] as string] = (reads[index] as Read)(reader)
      }
      tags?.read(reader, value)
      return value
    },
    write: (writer, given) => {
      const value = given as Struct
      for (let index = 0; index < writes.length; index++) {
        const member = value[names[index] as string]
        try {
          ;(writes[index] as Write)(writer, member === undefined ? defaults[index] : member)
        } catch (error) {
          throw located(error, names[index] as string)
        }
      }
      tags?.write(writer, value)
    },
  }
}

function fieldCodec(field: FieldSpec, context: Context): Codec {
  const { type } = field
  const nullable = "nullable" in type && type.nullable && field.nullableSince <= context.version
  if (type.kind === "struct" && nullable && field.tag >= 0) return nullableTaggedStructCodec(type, context)
  return typeCodec(type, nullable, context)
}

function taggedCodec(fields: readonly FieldSpec[], context: Context) {
  const known = fields
    .filter(({ tag }) => tag >= 0)
    .sort((one, other) => one.tag - other.tag)
    .map((field) => ({ field, codec: fieldCodec(field, context), byDefault: defaultOf(field) }))

  return {
    read(reader: Reader, into: Struct): void {
      const count = reader.unsignedVarint()
      for (let index = 0; index < count; index++) {
        const tag = reader.unsignedVarint()
        const content = new Reader(reader.view(reader.unsignedVarint()))
        const match = known.find(({ field }) => field.tag === tag)
        // A tag from a newer version is passed over, as KIP-482 asks.
        if (!match) continue
        into[match.field.name] = match.codec.read(content)
        if (content.remaining > 0) throw new ProtocolError("trailing-bytes", `tagged field ${match.field.name}`)
      }
    },
    write(writer: Writer, value: Struct): void {
      if (known.length === 0) {
        writer.unsignedVarint(0)
        return
      }
      const wanted = known.filter(({ field, byDefault }) => {
        const member = value[field.name]
        return member !== undefined && !isSame(member, byDefault)
      })
      writer.unsignedVarint(wanted.length)
      for (const { field, codec } of wanted) {
        const content = new Writer()
        codec.write(content, value[field.name])
        writer.unsignedVarint(field.tag)
        writer.unsignedVarint(content.length)
        for (const chunk of content.chunks()) writer.bytes(chunk)
      }
    },
  }
}

/** A struct's own default is what its fields' defaults make together. */
function defaultOf({ type, default: value }: FieldSpec): unknown {
  return type.kind === "struct" && value !== null ? { ...defaultsOf(type), ...(value as Struct) } : value
}

function defaultsOf(spec: StructSpec): Struct {
  return Object.fromEntries(spec.fields.map((field) => [field.name, defaultOf(field)]))
}

/** Deep equality in which a member left out of `value` counts as the default's. */
function isSame(value: unknown, byDefault: unknown): boolean {
  if (value === byDefault || value === undefined) return true
  if (typeof value !== "object" || typeof byDefault !== "object" || value === null || byDefault === null) return false
  if (Buffer.isBuffer(value)) return Buffer.isBuffer(byDefault) && value.equals(byDefault)
  if (Array.isArray(value)) return Array.isArray(byDefault) && value.length === 0 && byDefault.length === 0
  return Object.entries(byDefault).every(([name, member]) => isSame((value as Struct)[name], member))
}

function unencodable(value: unknown, wanted: string): ProtocolError {
  return new ProtocolError("unencodable", `${typeof value} where ${wanted} belongs`)
}

/** Names the field in the message of an encoding error, from the outermost struct inwards. */
function located(error: unknown, name: string): unknown {
  if (!(error instanceof ProtocolError)) return error
  return new ProtocolError(error.fault, `${name}: ${error.message}`)
}
