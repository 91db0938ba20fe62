import { expect, test } from "vitest"
import { AclOperation, type ResourceName, ResourceType } from "../../../src/cluster/state/access"
import { PatternType, PermissionType } from "../../../src/cluster/state/acl/aclCodes"
import { matchesFilter } from "../../../src/cluster/state/acl/aclFilter"
import { Authorizer } from "../../../src/cluster/state/acl/authorizer"
import { decideCreateAcls, decideDeleteAcls } from "../../../src/cluster/state/acl/decideAcls"
import type { MetadataImage } from "../../../src/cluster/state/metadata/metadataImage"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { carryOut, configOf, controllerOf, emptyImage } from "./imageWith"

const ON = { "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer" }
const { Read, Write, Describe, Delete, DescribeConfigs, AlterConfigs, All } = AclOperation

interface Entry {
  readonly type?: ResourceName
  readonly name: string
  readonly pattern?: "literal" | "prefixed"
  readonly principal?: string
  readonly host?: string
  readonly operation: AclOperation
  readonly permission?: "allow" | "deny"
}

test.each<[string, Entry[], [AclOperation, string], boolean]>([
  ["nothing is allowed by itself", [], [Read, "orders"], false],
  ["a literal ACL allows its operation", [{ name: "orders", operation: Read }], [Read, "orders"], true],
  ["and no other", [{ name: "orders", operation: Read }], [Write, "orders"], false],
  ["on no other topic", [{ name: "orders", operation: Read }], [Read, "orders2"], false],
  [
    "a prefix reaches every name that begins with it",
    [{ name: "ord", pattern: "prefixed", operation: Read }],
    [Read, "orders"],
    true,
  ],
  ["a star is every name", [{ name: "*", operation: Read }], [Read, "orders"], true],
  ["ALL is every operation", [{ name: "orders", operation: All }], [Delete, "orders"], true],
  ["reading implies describing", [{ name: "orders", operation: Read }], [Describe, "orders"], true],
  [
    "altering configs implies describing them",
    [{ name: "orders", operation: AlterConfigs }],
    [DescribeConfigs, "orders"],
    true,
  ],
  ["describing implies nothing", [{ name: "orders", operation: Describe }], [Read, "orders"], false],
  [
    "a denial beats every permission",
    [
      { name: "orders", operation: All },
      { name: "*", operation: Read, permission: "deny" },
    ],
    [Read, "orders"],
    false,
  ],
  [
    "denying reading does not deny describing",
    [
      { name: "orders", operation: All },
      { name: "orders", operation: Read, permission: "deny" },
    ],
    [Describe, "orders"],
    true,
  ],
  ["another's ACL is of no use", [{ name: "orders", operation: Read, principal: "User:bob" }], [Read, "orders"], false],
  ["User:* is everyone", [{ name: "orders", operation: Read, principal: "User:*" }], [Read, "orders"], true],
  ["another host is refused", [{ name: "orders", operation: Read, host: "10.0.0.1" }], [Read, "orders"], false],
  [
    "an ACL of a group says nothing of a topic",
    [{ type: "group", name: "orders", operation: Read }],
    [Read, "orders"],
    false,
  ],
])("%s", (_, entries, [operation, topic], allowed) => {
  const image = emptyImage()
  create(image, entries)
  const authorizer = new Authorizer(image, configOf(image, ON))
  expect(authorizer.may("User:alice", "127.0.0.1", operation, "topic", topic)).toBe(allowed)
})

test("an ACL counts from the moment it is in the image until it is deleted", () => {
  const image = emptyImage()
  const access = new Authorizer(image, configOf(image, ON)).accessOf("User:alice", "127.0.0.1")
  const before = access.mayRead("topic", "orders")
  create(image, [{ name: "orders", operation: Read }])
  const during = access.mayRead("topic", "orders")
  const deleted = carryOut(image, decideDeleteAcls(controllerOf(image), { filters: [everything] }))
  expect([before, during, access.mayRead("topic", "orders")]).toEqual([false, true, false])
  expect(deleted.filterResults).toMatchObject([{ matchingAcls: [{ resourceName: "orders", principal: "User:alice" }] }])
})

test("super users may do everything, and so may everyone where no ACL is found, if told so", () => {
  const image = emptyImage()
  create(image, [{ name: "orders", operation: Read, principal: "User:bob" }])
  const may = (configs: Record<string, string>, principal: string, topic: string) =>
    new Authorizer(image, configOf(image, configs)).may(principal, "127.0.0.1", Read, "topic", topic)
  const lenient = { ...ON, "allow.everyone.if.no.acl.found": "true" }
  expect([
    may({}, "User:alice", "orders"),
    may({ ...ON, "super.users": "User:root; User:alice" }, "User:alice", "orders"),
    may(lenient, "User:alice", "payments"),
    may(lenient, "User:alice", "orders"),
  ]).toEqual([true, true, true, false])
})

test("creating refuses what Kafka refuses, and makes no second copy of an ACL", () => {
  const image = emptyImage()
  const good = creation({ name: "orders", operation: Read })
  const { results } = carryOut(
    image,
    decideCreateAcls(controllerOf(image), {
      creations: [
        good,
        good,
        { ...good, resourceName: "" },
        { ...good, resourceType: ResourceType.cluster },
        { ...good, resourcePatternType: PatternType.match },
        { ...good, operation: AclOperation.Any },
        { ...good, permissionType: PermissionType.any },
        { ...good, principal: "alice" },
      ],
    }),
  )
  const refused = ErrorCode.InvalidRequest
  expect(results?.map(({ errorCode = 0 }) => errorCode)).toEqual([0, 0, ...Array<number>(6).fill(refused)])
  expect([...image.acls.values()].map(({ resourceName }) => resourceName)).toEqual(["orders"])
})

test("the pattern type match finds every ACL that is about a name", () => {
  const image = emptyImage()
  create(image, [
    { name: "orders", operation: Read },
    { name: "*", operation: Read },
    { name: "ord", pattern: "prefixed", operation: Read },
    { name: "pay", pattern: "prefixed", operation: Read },
  ])
  const found = (patternType: number) =>
    [...image.acls.values()]
      .filter((acl) => matchesFilter(acl, { ...filter, patternType, resourceName: "orders" }))
      .map(({ resourceName }) => resourceName)
  expect([found(PatternType.match), found(PatternType.literal), found(PatternType.any)]).toEqual([
    ["orders", "*", "ord"],
    ["orders"],
    ["orders"],
  ])
})

const filter = {
  resourceType: ResourceType.topic,
  resourceName: null,
  patternType: PatternType.any as number,
  principal: null,
  host: null,
  operation: AclOperation.Any,
  permissionType: PermissionType.any,
}
const everything = {
  resourceTypeFilter: ResourceType.any,
  resourceNameFilter: null,
  patternTypeFilter: PatternType.any,
  principalFilter: null,
  hostFilter: null,
  operation: AclOperation.Any,
  permissionType: PermissionType.any,
}

function create(image: MetadataImage, entries: readonly Entry[]): void {
  carryOut(image, decideCreateAcls(controllerOf(image), { creations: entries.map(creation) }))
}

function creation({ type = "topic", pattern = "literal", permission = "allow", ...entry }: Entry) {
  return {
    resourceType: ResourceType[type],
    resourceName: entry.name,
    resourcePatternType: PatternType[pattern],
    principal: entry.principal ?? "User:alice",
    host: entry.host ?? "*",
    operation: entry.operation as number,
    permissionType: PermissionType[permission] as number,
  }
}
