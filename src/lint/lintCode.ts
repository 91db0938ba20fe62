import { type Node, parse } from "acorn"
import { parse as parseYaml } from "yaml"
import type { LintedCode } from "../lesson/lint/lintSurroundings"
import { type Problem, problemAt } from "../lesson/problem"
import { TypeScriptSyntaxError, typeStripper } from "../typescript/typeStripper"

/** What is wrong with a lesson's code: it does not parse, names a topic literally, or speaks one language only. */
export function lintCode({ language, source, isSample }: LintedCode): Problem[] {
  switch (language) {
    case "ts":
    case "typescript":
    case "js":
    case "javascript":
      return lintTypeScript(source, isSample)
    case "json":
      return refusal(() => JSON.parse(source))
    case "yaml":
      return refusal(() => parseYaml(source))
    default:
      return []
  }
}

/** A node of the syntax tree, with the fields that the rules look at. */
interface SyntaxNode extends Node {
  readonly key?: SyntaxNode
  readonly value?: unknown
  readonly name?: string
  readonly callee?: SyntaxNode
  readonly property?: SyntaxNode
  readonly arguments?: readonly SyntaxNode[]
  readonly elements?: readonly (SyntaxNode | null)[]
  readonly properties?: readonly SyntaxNode[]
}

function lintTypeScript(source: string, isSample: boolean): Problem[] {
  let tree: Node
  try {
    const ecmaVersion = "latest"
    tree = parse(withoutTypes(source), {
      ecmaVersion,
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      locations: true,
    })
  } catch (error) {
    // Acorn's errors carry `loc`.
    const { message, loc } = error as { message: string; loc?: { line: number } }
    const line = error instanceof TypeScriptSyntaxError ? error.line : (loc?.line ?? 1)
    return [problemAt(line, "lint.code", { detail: firstLine(message) })]
  }
  if (isSample) return []
  const problems: Problem[] = []
  visit(tree, (node) => problems.push(...literalNames(node), ...halfTranslations(node)))
  return problems
}

function withoutTypes(source: string): string {
  const stripper = typeStripper()
  return stripper.strip(source) ?? stripper.transform(source).code
}

const namingProperties = new Set(["topic", "topics", "groupId", "transactionalId", "fromTopic"])
const namingCalls = new Set(["send", "sendSync", "createTopic", "describePartition", "freeze", "unfreeze", "consume"])

/** Names come from `topic("…")` and `group("…")`, so that a shared cluster can prefix them per reader. */
function literalNames(node: SyntaxNode): Problem[] {
  const named = (value: unknown): boolean => {
    const expression = value as SyntaxNode | null | undefined
    if (expression?.type === "ArrayExpression") return expression.elements?.some(named) ?? false
    return (
      (expression?.type === "Literal" && typeof expression.value === "string") || expression?.type === "TemplateLiteral"
    )
  }
  if (node.type === "Property" && namingProperties.has(node.key?.name ?? "") && named(node.value)) {
    return [problemAt(lineOf(node), "lint.name.literal", { property: node.key?.name ?? "" })]
  }
  const method = node.type === "CallExpression" ? node.callee?.property?.name : undefined
  if (
    method !== undefined &&
    namingCalls.has(method) &&
    named(method.endsWith("freeze") ? node.arguments?.[1] : node.arguments?.[0])
  ) {
    return [problemAt(lineOf(node), "lint.name.literalCall", { method })]
  }
  return []
}

/** `{ en, zh }` is whole or not there. */
function halfTranslations(node: SyntaxNode): Problem[] {
  if (node.type !== "ObjectExpression") return []
  const names = node.properties?.map((property) => property.key?.name) ?? []
  if (names.includes("en") === names.includes("zh")) return []
  return [problemAt(lineOf(node), "lint.translation.half", { language: names.includes("en") ? "en" : "zh" })]
}

function visit(node: Node, look: (node: SyntaxNode) => void): void {
  look(node as SyntaxNode)
  for (const child of Object.values(node)) {
    for (const item of Array.isArray(child) ? child : [child]) {
      if (typeof item === "object" && item !== null && typeof (item as Node).type === "string")
        visit(item as Node, look)
    }
  }
}

function lineOf(node: Node): number {
  return node.loc?.start.line ?? 1
}

function refusal(parseIt: () => unknown): Problem[] {
  try {
    parseIt()
    return []
  } catch (error) {
    return [problemAt(1, "lint.code.block", { detail: firstLine(String((error as Error).message)) })]
  }
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? text).replace(/ at line \d+, column \d+:?$/, "")
}
