/** The parts of an ESTree node that the kernel reads; acorn's own types tell each kind of node apart, which it need not. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly kind?: string
  readonly name?: string
  readonly value?: unknown
  readonly directive?: string
  readonly declarations?: readonly Node[]
  readonly id?: Node | null
  readonly init?: Node | null
  readonly source?: Node | null
  readonly specifiers?: readonly Node[]
  readonly local?: Node
  readonly imported?: Node
  readonly declaration?: Node | null
  readonly properties?: readonly Node[]
  readonly elements?: readonly (Node | null)[]
  readonly argument?: Node
  readonly left?: Node
  readonly param?: Node | null
  readonly params?: readonly Node[]
  readonly computed?: boolean
}

/** A local name and what it stands for. */
export interface Binding {
  readonly local: string
}

/** Calls `visit` for `node` and everything below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, visit)
    } else if (isNode(value)) walk(value, visit)
  }
}

/** The names that a declaration's pattern binds, in their order. */
export function bindingNames(pattern: Node | null | undefined): string[] {
  if (!pattern) return []
  switch (pattern.type) {
    case "Identifier":
      return pattern.name === undefined ? [] : [pattern.name]
    case "ObjectPattern":
      return (pattern.properties ?? []).flatMap((property) =>
        bindingNames(property.type === "RestElement" ? property.argument : asNode(property.value)),
      )
    case "ArrayPattern":
      return (pattern.elements ?? []).flatMap(bindingNames)
    case "AssignmentPattern":
      return bindingNames(pattern.left)
    case "RestElement":
      return bindingNames(pattern.argument)
    default:
      return []
  }
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
}
