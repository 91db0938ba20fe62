export type ScalarKind = "int8" | "int16" | "int32" | "int64" | "uint16" | "uint32" | "float64" | "boolean" | "uuid"

/** The type of a field, as data: what the codecs are compiled from. */
export type TypeSpec =
  | { readonly kind: ScalarKind }
  | { readonly kind: "string" | "bytes"; readonly nullable: boolean }
  | { readonly kind: "array"; readonly of: TypeSpec; readonly nullable: boolean }
  | StructSpec

export interface StructSpec {
  readonly kind: "struct"
  readonly fields: readonly FieldSpec[]
  readonly nullable: boolean
}

export interface FieldSpec {
  readonly name: string
  readonly type: TypeSpec
  readonly since: number
  readonly until: number
  /** The first message version in which a nullable type may be null. */
  readonly nullableSince: number
  /** The tag of a tagged field; -1 for an ordinary one. */
  readonly tag: number
  readonly default: unknown
}
