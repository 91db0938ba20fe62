/**
 * The language in which Kafka's messages are written down: one `api` per API key, one `record` per persisted record.
 * Field names, types and version ranges are those of Kafka 4.1's message definitions
 * (clients/src/main/resources/common/message), names in camelCase.
 */
import { type Codec, compile } from "./compile"
import type { FieldSpec, ScalarKind, StructSpec, TypeSpec } from "./spec"

/**
 * One field of a message. `decoded` and `input` exist only for the compiler:
 * what reading gives, and what writing takes.
 */
export class Field<Decoded, Input = Decoded> {
  declare readonly decoded: Decoded
  declare readonly input: Input

  constructor(readonly spec: Omit<FieldSpec, "name">) {}
}

export type Shape = { readonly [name: string]: Field<unknown, unknown> }
/** A message as it is read: every field is there; one that the version lacks holds its default. */
export type Decoded<S extends Shape> = { readonly [K in keyof S]: S[K]["decoded"] }
/** A message as it is written: a field left out is written as its default. */
export type Input<S extends Shape> = { readonly [K in keyof S]?: S[K]["input"] | undefined }

export interface Api<Request extends Shape = Shape, Response extends Shape = Shape> {
  readonly key: number
  readonly name: string
  /** The versions that can be read and written, oldest and newest. */
  readonly versions: readonly [number, number]
  /** The first version with compact lengths and tagged fields (KIP-482); Infinity when there is none. */
  readonly flexibleFrom: number
  readonly request: Message<Request>
  readonly response: Message<Response>
}

export interface RecordSchema<Fields extends Shape = Shape> {
  readonly name: string
  /** The number that tells record kinds apart within their log; -1 for a record that needs none. */
  readonly apiKey: number
  readonly versions: readonly [number, number]
  readonly flexibleFrom: number
  readonly body: Message<Fields>
}

export type RequestOf<A extends Api> = A extends Api<infer Request, Shape> ? Decoded<Request> : never
export type ResponseOf<A extends Api> = A extends Api<Shape, infer Response> ? Decoded<Response> : never
export type RequestInput<A extends Api> = A extends Api<infer Request, Shape> ? Input<Request> : never
export type ResponseInput<A extends Api> = A extends Api<Shape, infer Response> ? Input<Response> : never
export type RecordOf<R extends RecordSchema> = R extends RecordSchema<infer Fields> ? Decoded<Fields> : never
export type RecordInput<R extends RecordSchema> = R extends RecordSchema<infer Fields> ? Input<Fields> : never
/** The element of a decoded or written array field. */
export type ElementOf<T> = NonNullable<T> extends readonly (infer E)[] ? E : never

/** The fields of one message, and its codec for each version, compiled on first use. */
export class Message<S extends Shape = Shape> {
  declare readonly shape: S
  private readonly codecs: (Codec | undefined)[] = []

  constructor(
    readonly spec: StructSpec,
    private readonly flexibleFrom: number,
  ) {}

  codec(version: number): Codec {
    const known = this.codecs[version]
    if (known) return known
    const codec = compile(this.spec, version, version >= this.flexibleFrom)
    this.codecs[version] = codec
    return codec
  }
}

export function api<const Request extends Shape, const Response extends Shape>(definition: {
  readonly key: number
  readonly name: string
  readonly versions: readonly [number, number]
  readonly flexibleFrom?: number
  readonly request: Request
  readonly response: Response
}): Api<Request, Response> {
  const { key, name, versions, flexibleFrom = Number.POSITIVE_INFINITY } = definition
  return {
    key,
    name,
    versions,
    flexibleFrom,
    request: new Message<Request>(structSpec(definition.request), flexibleFrom),
    response: new Message<Response>(structSpec(definition.response), flexibleFrom),
  }
}

export function record<const Fields extends Shape>(definition: {
  readonly name: string
  readonly apiKey?: number
  readonly versions: readonly [number, number]
  readonly flexibleFrom?: number
  readonly fields: Fields
}): RecordSchema<Fields> {
  const { name, apiKey = -1, versions, flexibleFrom = Number.POSITIVE_INFINITY } = definition
  return {
    name,
    apiKey,
    versions,
    flexibleFrom,
    body: new Message<Fields>(structSpec(definition.fields), flexibleFrom),
  }
}

export const zeroUuid = "AAAAAAAAAAAAAAAAAAAAAA"
const noBytes = Buffer.alloc(0)
const noElements: readonly never[] = Object.freeze([])

export const int8 = scalar<number>("int8", 0)
export const int16 = scalar<number>("int16", 0)
export const int32 = scalar<number>("int32", 0)
/** A JS number; a value beyond ±2^53 is a malformed frame. */
export const int64 = scalar<number>("int64", 0)
export const uint16 = scalar<number>("uint16", 0)
export const uint32 = scalar<number>("uint32", 0)
export const float64 = scalar<number>("float64", 0)
export const boolean = scalar<boolean>("boolean", false)
/** Kafka's base64url text of 22 characters. */
export const uuid = scalar<string>("uuid", zeroUuid)
export const string = field<string>({ kind: "string", nullable: false }, "")
export const nullableString = field<string | null>({ kind: "string", nullable: true }, null)
/** A view of the frame, not a copy. */
export const bytes = field<Buffer>({ kind: "bytes", nullable: false }, noBytes)
export const nullableBytes = field<Buffer | null>({ kind: "bytes", nullable: true }, null)
/** Record batches, kept as they are: a view of the frame, not a copy. */
export const records = field<Buffer | null>({ kind: "bytes", nullable: true }, null)

export function array<D, I>(of: Field<D, I>): Field<readonly D[], readonly I[]> {
  return field({ kind: "array", of: of.spec.type, nullable: false }, noElements)
}

export function nullableArray<D, I>(of: Field<D, I>): Field<readonly D[] | null, readonly I[] | null> {
  return field({ kind: "array", of: of.spec.type, nullable: true }, null)
}

export function struct<const S extends Shape>(shape: S): Field<Decoded<S>, Input<S>> {
  return field(structSpec(shape), {})
}

export function nullableStruct<const S extends Shape>(shape: S): Field<Decoded<S> | null, Input<S> | null> {
  return field({ ...structSpec(shape), nullable: true }, null)
}

/** The field exists from this message version on. */
export function since<D, I>(version: number, of: Field<D, I>): Field<D, I> {
  return new Field({ ...of.spec, since: version })
}

/** The field exists up to this message version. */
export function until<D, I>(version: number, of: Field<D, I>): Field<D, I> {
  return new Field({ ...of.spec, until: version })
}

/** The field exists from one message version to another, both included. */
export function between<D, I>(from: number, to: number, of: Field<D, I>): Field<D, I> {
  return new Field({ ...of.spec, since: from, until: to })
}

/** Null is allowed from this message version on; in an older one null is written as the empty value. */
export function nullableSince<D, I>(version: number, of: Field<D, I>): Field<D, I> {
  return new Field({ ...of.spec, nullableSince: version })
}

/** What the field holds when it is left out, or when the version lacks it. */
export function withDefault<D, I>(value: NoInfer<D>, of: Field<D, I>): Field<D, I> {
  return new Field({ ...of.spec, default: value })
}

/** A tagged field of the struct that it stands in: written only when it differs from its default (KIP-482). */
export function tagged<D, I>(tag: number, sinceVersion: number, of: Field<D, I>, ...value: [NoInfer<D>?]): Field<D, I> {
  const [given] = value
  const spec = { ...of.spec, tag, since: sinceVersion }
  return new Field(value.length === 0 ? spec : { ...spec, default: given })
}

function scalar<T>(kind: ScalarKind, value: T): Field<T> {
  return field<T>({ kind }, value)
}

function field<D, I = D>(type: TypeSpec, value: unknown): Field<D, I> {
  return new Field<D, I>({
    type,
    since: 0,
    until: Number.POSITIVE_INFINITY,
    nullableSince: 0,
    tag: -1,
    default: value,
  })
}

function structSpec(shape: Shape): StructSpec {
  const fields = Object.entries(shape).map(([name, { spec }]) => ({ name, ...spec }))
  return { kind: "struct", fields, nullable: false }
}
