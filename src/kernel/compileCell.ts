import { parse } from "acorn"
import { CellSyntaxError, stripTypes } from "./stripTypes"
import { type Binding, bindingNames, type Node, walk } from "./syntaxTree"
import { type Position, TextEdits } from "./textEdits"
import { usedNames } from "./usedNames"

/** A cell that V8 can evaluate as a script, in which its declarations are properties of the global object. */
export interface CompiledCell {
  readonly code: string
  /** What the cell declares on its top level, imports too. */
  readonly names: readonly string[]
  /** Local names that stand for the kit's `signal`, which is another one in each run. */
  readonly signalNames: readonly string[]
  /** Every identifier outside of imports. */
  readonly usedNames: ReadonlySet<string>
  readonly endsInExpression: boolean
  /** From a position in `code` to the one in the cell. */
  readonly original: (position: Position) => Position
}

/** The function that cells import through; it stands on the global object, not enumerable. */
export const importFunction = "__logbookImport"

/**
 * Turns a cell into a script. Top-level `let`, `const` and `class` become `var`: one variable per name for the whole
 * lesson, so that any cell can run again and closures of earlier cells see what later ones assign. Imports become
 * calls, because evaluated code has no module loader. Lines never move; columns are led back.
 * @throws CellSyntaxError with its place in the cell
 */
export function compileCell(source: string): CompiledCell {
  const stripped = stripTypes(source)
  const program = parseScript(stripped.code, stripped.original)
  const edits = new TextEdits(stripped.code)
  // TypeScript is strict, and a misspelt assignment should be an error.
  edits.replace(0, 0, '"use strict";')
  const used = usedNames(program)
  const { isTransformed } = stripped
  const cell: Rewriting = { code: stripped.code, edits, names: [], signalNames: [], used, isTransformed }
  for (const statement of program.body) rewriteStatement(statement, cell)
  walk(program, (node) => {
    if (node.type === "ImportExpression") edits.replace(node.start, node.start + "import".length, importFunction)
  })
  const { text, original } = edits.apply()
  return {
    code: text,
    names: cell.names,
    signalNames: cell.signalNames,
    usedNames: cell.used,
    endsInExpression: isExpression(program.body.findLast((statement) => !(isTransformed && isBareVar(statement)))),
    original: (position) => stripped.original(original(position)),
  }
}

interface Rewriting {
  readonly code: string
  readonly edits: TextEdits
  readonly names: string[]
  readonly signalNames: string[]
  /** Every identifier outside of imports: an import of a type alone may be missing at run time. */
  readonly used: ReadonlySet<string>
  /** Enums and namespaces have become functions that fill a `var`. */
  readonly isTransformed: boolean
}

function parseScript(code: string, original: (position: Position) => Position) {
  try {
    return parse(code, { ecmaVersion: "latest", sourceType: "module" }) as unknown as { readonly body: Node[] } & Node
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("loc" in error)) throw error
    const { line, column } = error.loc as { line: number; column: number }
    const message = error.message.replace(/ \(\d+:\d+\)$/, "")
    throw new CellSyntaxError(message, original({ line, column: column + 1 }))
  }
}

function rewriteStatement(statement: Node, cell: Rewriting): void {
  switch (statement.type) {
    case "VariableDeclaration":
      rewriteVariables(statement, cell)
      return
    case "ClassDeclaration":
      rewriteClass(statement, cell)
      return
    case "FunctionDeclaration":
      cell.names.push(...bindingNames(statement.id))
      return
    case "ImportDeclaration":
      rewriteImport(statement, cell)
      return
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      rewriteExport(statement, cell)
      return
    default:
      return
  }
}

function rewriteVariables(statement: Node, { edits, names, isTransformed }: Rewriting): void {
  const kind = statement.kind ?? "var"
  if (kind !== "var") edits.replace(statement.start, statement.start + kind.length, "var".padEnd(kind.length))
  for (const declarator of statement.declarations ?? []) {
    names.push(...bindingNames(declarator.id))
    // An enum and a namespace add to what has their name: to another of the cell, not to that of its last run. What
    // declares a namespace stands behind the last statement.
    if (isTransformed && kind === "var") {
      for (const name of bindingNames(declarator.id)) edits.replace(0, 0, `var ${name} = undefined;`)
    }
    // A `var` without a value would keep the one of the last run.
    else if (!declarator.init) edits.replace(declarator.end, declarator.end, " = undefined")
  }
}

function rewriteClass(statement: Node, { edits, names }: Rewriting): void {
  const [name] = bindingNames(statement.id)
  if (name === undefined) return
  names.push(name)
  edits.replace(statement.start, statement.start, `var ${name} = `)
  edits.replace(statement.end, statement.end, ";")
}

function rewriteImport(statement: Node, { code, edits, names, signalNames, used }: Rewriting): void {
  const specifier = String(statement.source?.value)
  const specifiers = (statement.specifiers ?? []).map((node): Binding & { imported: string } => ({
    local: node.local?.name ?? "",
    imported: importedName(node),
  }))
  names.push(...specifiers.map(({ local }) => local))
  if (specifier === "kit") {
    signalNames.push(...specifiers.filter(({ imported }) => imported === "signal").map(({ local }) => local))
  }
  const wanted = specifiers
    .filter(({ local, imported }) => imported !== "*" && used.has(local))
    .map(({ imported }) => imported)
  const call = `await ${importFunction}(${JSON.stringify(specifier)}, ${JSON.stringify(wanted)})`
  const bindings = specifiers.map(({ local, imported }) => `${local} = $m[${JSON.stringify(imported)}]`)
  // A block keeps the helper's name to itself; the namespace stands under "*".
  const replacement =
    specifiers.length === 0
      ? `${call};`
      : `var ${specifiers.map(({ local }) => local).join(", ")}; { const $m = ${call}; ${bindings.join("; ")} };`
  const lines = code.slice(statement.start, statement.end).split("\n").length - 1
  edits.replace(statement.start, statement.end, replacement + "\n".repeat(lines))
}

function importedName(specifier: Node): string {
  switch (specifier.type) {
    case "ImportDefaultSpecifier":
      return "default"
    case "ImportNamespaceSpecifier":
      return "*"
    default:
      return String(specifier.imported?.name ?? specifier.imported?.value)
  }
}

/** A cell has nobody to export to: the keyword goes, the declaration stays. */
function rewriteExport(statement: Node, cell: Rewriting): void {
  const { declaration } = statement
  if (!declaration) {
    cell.edits.replace(statement.start, statement.end, blank(cell.code.slice(statement.start, statement.end)))
    return
  }
  cell.edits.replace(statement.start, declaration.start, blank(cell.code.slice(statement.start, declaration.start)))
  rewriteStatement(declaration, cell)
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, " ")
}

/** What the transformation puts behind the last statement, to declare a namespace. */
function isBareVar({ type, kind, declarations = [], declaration }: Node): boolean {
  if (type === "ExportNamedDeclaration") return declaration ? isBareVar(declaration) : false
  return type === "VariableDeclaration" && kind === "var" && declarations.every(({ init }) => !init)
}

function isExpression(statement: Node | undefined): boolean {
  return statement?.type === "ExpressionStatement" && statement.directive !== "use strict"
}
