/** Random messages from the schemas themselves: every field that a version has, and the defaults of those it lacks. */
import fc from "fast-check"
import type { FieldSpec, ScalarKind, StructSpec, TypeSpec } from "../../src/protocol/spec"

type Fields = { [name: string]: unknown }

const scalars: Record<ScalarKind, fc.Arbitrary<unknown>> = {
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  int32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  int64: fc.maxSafeInteger(),
  uint16: fc.nat({ max: 0xffff }),
  uint32: fc.nat({ max: 0xffff_ffff }),
  float64: fc.double({ noNaN: true }),
  boolean: fc.boolean(),
  uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
}
/** The lengths at which compact encoding changes its width, and at which the writer stops copying. */
const byteLengths = fc.oneof(fc.nat({ max: 20 }), fc.constantFrom(126, 127, 128, 1023, 1024))
const buffers = byteLengths.chain((length) =>
  fc.integer({ min: 0, max: 255 }).map((fill) => Buffer.alloc(length, fill)),
)
const strings = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  byteLengths.map((length) => "x".repeat(length)),
)

/** A message as it is decoded in `version`. */
export function arbitraryMessage(spec: StructSpec, version: number): fc.Arbitrary<Fields> {
  return fc.record(Object.fromEntries(spec.fields.map((field) => [field.name, arbitraryField(field, version)])))
}

function arbitraryField(field: FieldSpec, version: number): fc.Arbitrary<unknown> {
  const isPresent = field.since <= version && version <= field.until
  if (!isPresent) return fc.constant(defaultOf(field))
  const { type } = field
  const mayBeNull = "nullable" in type && type.nullable && field.nullableSince <= version
  const value = arbitraryValue(type, version)
  const given = mayBeNull ? fc.option(value, { nil: null, freq: 4 }) : value
  // A tagged field is left out when it holds its default, which random values rarely do.
  return field.tag < 0 ? given : fc.oneof(given, fc.constant(defaultOf(field)))
}

function arbitraryValue(type: TypeSpec, version: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "string":
      return strings
    case "bytes":
      return buffers
    case "array":
      return fc.array(arbitraryValue(type.of, version), { maxLength: 3 })
    case "struct":
      return arbitraryMessage(type, version)
    default:
      return scalars[type.kind]
  }
}

/** What decoding gives for a field that is not there. */
export function defaultOf({ type, default: value }: FieldSpec): unknown {
  if (type.kind !== "struct" || value === null) return value
  return { ...Object.fromEntries(type.fields.map((field) => [field.name, defaultOf(field)])), ...(value as Fields) }
}
