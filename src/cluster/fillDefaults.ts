import type { Decoded, Input, Message, Shape } from "../protocol/schema"
import type { StructSpec, TypeSpec } from "../protocol/spec"

type Struct = { readonly [name: string]: unknown }

/**
 * A message as its reader would find it: what the writer left out holds its default. For messages that are passed by
 * reference and never become bytes; buffers and scalars are shared.
 */
export function fillDefaults<S extends Shape>(message: Message<S>, input: Input<S>): Decoded<S> {
  return fillStruct(message.spec, input as Struct) as Decoded<S>
}

function fillStruct(spec: StructSpec, input: Struct): Struct {
  const filled: Record<string, unknown> = {}
  const { fields } = spec
  for (let index = 0; index < fields.length; index++) {
    const { name, type, default: fallback } = fields[index] as StructSpec["fields"][number]
    const given = input[name]
    const value = given === undefined ? fallback : given
    filled[name] = type.kind === "struct" || type.kind === "array" ? fill(type, value) : value
  }
  return filled
}

function fill(type: TypeSpec, value: unknown): unknown {
  if (value === null) return null
  switch (type.kind) {
    case "struct":
      return fillStruct(type, value as Struct)
    case "array":
      if (type.of.kind !== "struct" && type.of.kind !== "array") return value
      return (value as readonly unknown[]).map((element) => fill(type.of, element))
    default:
      return value
  }
}
