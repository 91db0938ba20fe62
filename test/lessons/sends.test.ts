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
 * and the record is lost. And where one broker refuses, because it has not heard of a new topic yet, what is on its way
 * to the others is sent again: it is written twice. So a lesson sends to one partition at a time.
 */
test("no lesson sends to several partitions at once", () => {
  const found = lessonFiles.map((file) => {
    const trees = treesOf(runPlan(parseLesson(readFileSync(join(lessonsFolder, file), "utf8"))))
    return [file.slice(0, 2), wideSends(trees)]
  })
  expect(Object.fromEntries(found)).toEqual({
    "03": [],
    "04": [],
    "07": [],
    "08": [],
    // The relay is called once, with the topic of one partition that was made just before.
    "10": ["to: batch.messages.map(({ value }) => ({ value: String(value).toUpperCase() }))"],
  })
})

test("a send of several messages to several partitions or to a topic unknown is found, and one to several topics", () => {
  const source = `async function emptyTopic(name, numPartitions = 1) {
  await admin.createTopics({ topics: [{ topic: name, numPartitions, replicationFactor: 3 }] })
}
await emptyTopic(narrow)
await emptyTopic(wide, 2)
producer.send({ topic: narrow, messages: many })
producer.send({ topic: wide, messages: [one] })
producer.send({ topic: wide, messages: [one, two] })
producer.send({ topic: wide, messages: many })
producer.send({ topic: wide, messages })
producer.send({ topic: unknown, messages: [...many] })
producer.sendBatch({ topicMessages: [] })`
  expect([
    wideSends([treeOf(source)]),
    wideSends([treeOf(source.replace("numPartitions,", "numPartitions: 1,"))]),
  ]).toEqual([["wide: [one, two]", "wide: many", "wide: messages", "unknown: [...many]", "sendBatch"], ["sendBatch"]])
})

/** The parts of a node that these rules read. */
interface SyntaxNode extends Node {
  readonly callee?: SyntaxNode
  readonly property?: SyntaxNode
  readonly key?: SyntaxNode
  readonly arguments?: readonly SyntaxNode[]
}

interface Tree {
  readonly code: string
  readonly program: Node
}

interface Call {
  readonly name: string
  readonly tree: Tree
  readonly arguments: readonly SyntaxNode[]
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

/** Sends that may go to several partitions, as "topic: messages". */
function wideSends(trees: readonly Tree[]): string[] {
  const calls = trees.flatMap(callsOf)
  const batches = calls.filter(({ name }) => name === "sendBatch").map(({ name }) => name)
  if (!calls.some(makesSeveralPartitions)) return batches
  // Lessons make topics by `emptyTopic(name, numPartitions = 1)`.
  const narrow = calls
    .filter(
      ({ name, arguments: [, partitions] }) =>
        name === "emptyTopic" && (partitions === undefined || partitions.value === 1),
    )
    .map(({ arguments: [topic] }) => topic?.name)
  const sends = calls.flatMap(({ name, tree, arguments: [argument] }) => {
    if (name !== "send") return []
    const topic = fieldOf(argument, "topic")
    const messages = fieldOf(argument, "messages")
    const isOne = messages?.elements?.length === 1 && messages.elements[0]?.type !== "SpreadElement"
    if (isOne || narrow.includes(topic?.name ?? "")) return []
    return [`${textOf(tree, topic)}: ${textOf(tree, messages)}`]
  })
  return [...sends, ...batches]
}

function makesSeveralPartitions({ name, arguments: [argument] }: Call): boolean {
  if (name === "createPartitions") return true
  if (name !== "createTopics") return false
  const topics = fieldOf(argument, "topics")?.elements
  return topics === undefined || !topics.every(hasOnePartition)
}

function hasOnePartition(topic: SyntaxNode | null): boolean {
  const count = fieldOf(topic, "numPartitions")
  if (count !== undefined) return count.value === 1
  return fieldOf(topic, "replicaAssignment")?.elements?.length === 1
}

function callsOf(tree: Tree): Call[] {
  const calls: Call[] = []
  walk(tree.program, (node: SyntaxNode) => {
    const name = node.type === "CallExpression" ? (node.callee?.property?.name ?? node.callee?.name) : undefined
    if (name !== undefined) calls.push({ name, tree, arguments: node.arguments ?? [] })
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
