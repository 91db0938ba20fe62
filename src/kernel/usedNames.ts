import { bindingNames, isNode, type Node } from "./syntaxTree"

/**
 * The names of the lesson that a cell uses: identifiers outside of imports that no function or block of the cell
 * declares for itself, and that are neither keys nor properties nor labels. What the cell declares at its top is
 * among them.
 */
export function usedNames(program: { readonly body: readonly Node[] }): Set<string> {
  const used = new Set<string>()
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") continue
    const own = new Set(isDeclaration(statement) ? [] : declaredBelow(statement))
    collect(statement, own, used)
  }
  return used
}

function isDeclaration({ type }: Node): boolean {
  return /Declaration$/.test(type)
}

function collect(node: Node, inner: ReadonlySet<string>, used: Set<string>): void {
  if (node.type === "Identifier") {
    if (node.name !== undefined && !inner.has(node.name)) used.add(node.name)
    return
  }
  const { params } = node
  const scope = params === undefined ? inner : new Set([...inner, ...params.flatMap(bindingNames), ...declaredIn(node)])
  for (const [field, child] of children(node)) {
    if (isName(node, field)) continue
    // The name of a declared function belongs to what is around it.
    collect(child, field === "id" ? inner : scope, used)
  }
}

/** What a function declares for itself below its parameters; where in it does not matter to who is outside. */
function declaredIn(declaring: Node): string[] {
  const own = declaring.type === "FunctionExpression" ? bindingNames(declaring.id) : []
  return [...own, ...children(declaring).flatMap(([field, child]) => (field === "body" ? declaredBelow(child) : []))]
}

/** The names that statements below a node declare, without those inside of functions. */
function declaredBelow(node: Node): string[] {
  if (node.params !== undefined) return node.type === "FunctionDeclaration" ? bindingNames(node.id) : []
  const names =
    node.type === "VariableDeclarator" || node.type === "ClassDeclaration"
      ? bindingNames(node.id)
      : node.type === "CatchClause"
        ? bindingNames(node.param)
        : []
  return [...names, ...children(node).flatMap(([, child]) => declaredBelow(child))]
}

/** Whether a field of a node holds a name that stands for itself: `a` in `x.a`, `{ a: x }`, `a: for (…)`. */
function isName({ type, computed }: Node, field: string): boolean {
  if (field === "label" || type === "MetaProperty") return true
  // The name of a function expression is known inside of it only.
  if (field === "id") return /Expression$/.test(type)
  if (computed === true) return false
  return field === "property" || (field === "key" && /^(Property|MethodDefinition|PropertyDefinition)$/.test(type))
}

function children(node: Node): [string, Node][] {
  return Object.entries(node).flatMap(([field, value]): [string, Node][] =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child) => [field, child]),
  )
}
