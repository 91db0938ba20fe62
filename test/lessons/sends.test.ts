import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "acorn"
import { expect, test } from "vitest"
import { stripTypes } from "../../src/kernel/stripTypes"
import { isNode, type Node, walk } from "../../src/kernel/syntaxTree"
import { parseLesson, type RunStep, runPlan } from "../../src/lesson"
import { lessonFiles, lessonsFolder } from "./runLesson"

/**
 * kafkajs 2.2.4 keeps one answer per broker over the retries of a `send` (src/producer/sendMessages.js). Where a leader
 * moves meanwhile, a partition that moved to a broker which answered before is taken for written: the promise resolves
 * and the record is lost. So a lesson that moves leaders sends to one partition at a time.
 */
const movingFaults = new Set(["kill", "stop", "pause", "resume", "start", "cut", "heal", "disk", "elect", "error"])

test("no lesson sends to several partitions at once while a leader may move", () => {
  const found = lessonFiles.map((file) => {
    const trees = treesOf(runPlan(parseLesson(readFileSync(join(lessonsFolder, file), "utf8"))))
    return [file.slice(0, 2), movesLeaders(trees) ? trees.flatMap(widePlaces) : "moves no leader"]
  })
  expect(Object.fromEntries(found)).toEqual({
    "03": "moves no leader",
    "04": "moves no leader",
    "07": [],
    "08": "moves no leader",
    "10": "moves no leader",
  })
})

test("a topic of several partitions, more partitions, and a send to several topics are all found", () => {
  const source = `faults.kill(2)
const admin = kafka.admin()
admin.createTopics({ topics: [{ topic: a, numPartitions: 1 }, { topic: b, numPartitions: 3 }, { topic: c }] })
admin.createTopics({ topics: [{ topic: d, replicaAssignment: [{ partition: 0 }, { partition: 1 }] }] })
admin.createTopics({ topics: topicsFromElsewhere })
admin.createPartitions({ topicPartitions: [{ topic: a, count: 2 }] })
producer.sendBatch({ topicMessages: [] })
producer.send({ topic: a, messages: [] })`
  const tree = treeOf(source)
  expect([movesLeaders([tree]), widePlaces(tree)]).toEqual([
    true,
    [
      "a topic of more than one partition: { topic: b, numPartitions: 3 }",
      "a topic of more than one partition: { topic: c }",
      "a topic of more than one partition: { topic: d, replicaAssignment: [{ partition: 0 }, { partition: 1 }] }",
      "topics that cannot be read here: { topics: topicsFromElsewhere }",
      "createPartitions",
      "sendBatch",
    ],
  ])
})

/** The parts of a node that these rules read. */
interface SyntaxNode extends Node {
  readonly callee?: SyntaxNode
  readonly object?: SyntaxNode
  readonly property?: SyntaxNode
  readonly key?: SyntaxNode
  readonly arguments?: readonly SyntaxNode[]
}

interface Tree {
  readonly code: string
  readonly program: Node
}

interface Call {
  readonly object: string | undefined
  readonly method: string
  readonly argument: SyntaxNode | undefined
}

/** All code that a reader or a headless run may execute, the stubs of exercises too. */
function treesOf(steps: readonly RunStep[]): Tree[] {
  return steps.flatMap((step) => {
    switch (step.kind) {
      case "code":
        return step.language === "shell" ? [] : [treeOf(step.code.source)]
      case "check":
        return [treeOf(step.code.source)]
      case "exercise":
        return [step.stub, ...(step.solution === undefined ? [] : [step.solution])].map(({ source }) => treeOf(source))
      default:
        return []
    }
  })
}

function treeOf(source: string): Tree {
  const { code } = stripTypes(source)
  return {
    code,
    program: parse(code, { ecmaVersion: "latest", sourceType: "module", allowAwaitOutsideFunction: true }),
  }
}

function movesLeaders(trees: readonly Tree[]): boolean {
  return trees.some((tree) =>
    callsOf(tree).some(({ object, method }) => object === "faults" && movingFaults.has(method)),
  )
}

/** Where a topic may get several partitions, or a send several topics. */
function widePlaces(tree: Tree): string[] {
  return callsOf(tree).flatMap(({ method, argument }) => {
    if (method === "createPartitions" || method === "sendBatch") return [method]
    if (method !== "createTopics") return []
    const topics = fieldOf(argument, "topics")
    if (topics?.elements === undefined) return [`topics that cannot be read here: ${textOf(tree, argument)}`]
    return topics.elements
      .filter((topic) => !hasOnePartition(topic))
      .map((topic) => `a topic of more than one partition: ${textOf(tree, topic)}`)
  })
}

function hasOnePartition(topic: SyntaxNode | null): boolean {
  const count = fieldOf(topic, "numPartitions")
  if (count !== undefined) return count.value === 1
  return fieldOf(topic, "replicaAssignment")?.elements?.length === 1
}

function callsOf({ program }: Tree): Call[] {
  const calls: Call[] = []
  walk(program, (node: SyntaxNode) => {
    const method = node.type === "CallExpression" ? node.callee?.property?.name : undefined
    if (method !== undefined) calls.push({ object: node.callee?.object?.name, method, argument: node.arguments?.[0] })
  })
  return calls
}

function fieldOf(node: SyntaxNode | null | undefined, name: string): SyntaxNode | undefined {
  const properties: readonly SyntaxNode[] = node?.properties ?? []
  const value = properties.find(({ key }) => key?.name === name)?.value
  return isNode(value) ? value : undefined
}

function textOf({ code }: Tree, node: Node | null | undefined): string {
  return node ? code.slice(node.start, node.end) : ""
}
