import fc from "fast-check"
import { expect, test } from "vitest"
import type { MetadataImage } from "../../../src/cluster/state/metadata/metadataImage"
import { ClientQuotas } from "../../../src/cluster/state/quota/clientQuotas"
import { decideClientQuotas } from "../../../src/cluster/state/quota/decideClientQuotas"
import { Rate } from "../../../src/cluster/state/quota/rate"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { carryOut, controllerOf, emptyImage } from "./imageWith"

const MB = 1_000_000

test("the most specific quota of a client counts", () => {
  const image = emptyImage()
  const levels: [Entity, number][] = [
    [{ "client-id": null }, 1],
    [{ "client-id": "app" }, 2],
    [{ user: null }, 3],
    [{ user: null, "client-id": null }, 4],
    [{ user: null, "client-id": "app" }, 5],
    [{ user: "alice" }, 6],
    [{ user: "alice", "client-id": null }, 7],
    [{ user: "alice", "client-id": "app" }, 8],
  ]
  const winners = levels.map(([entity, megabytes]) => {
    set(image, entity, { producer_byte_rate: megabytes * MB })
    return appliedTo(image)
  })
  expect(winners).toEqual(levels.map(([, megabytes]) => megabytes))
})

test("a client that keeps its waits stays within its quota", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 30, maxLength: 200 }), (sizes) => {
      const rate = new Rate()
      const bound = 20_000
      let nowMs = 0
      let total = 0
      for (const size of sizes) {
        rate.record(size, nowMs)
        total += size
        nowMs += 1 + rate.throttleMs(bound, nowMs)
      }
      // The windows start empty, so one span of them may be spent at once. A window is forgotten as a whole, its last
      // bytes up to one window early: a tenth over the quota, in Kafka's own measure too.
      const burst = bound * 11 + 50_000
      expect(total).toBeLessThanOrEqual((bound * 1.1 * nowMs) / 1000 + burst)
    }),
  )
})

test("clients under one user's quota share it, clients under a default have one each", () => {
  const image = emptyImage()
  set(image, { user: "alice" }, { producer_byte_rate: 1000 })
  set(image, { "client-id": null }, { producer_byte_rate: 1000 })
  const quotas = new ClientQuotas(image)
  const use = (user: string, client: string) => quotas.record("produce", `User:${user}`, client, 8000, 0) > 0
  expect([use("alice", "a"), use("alice", "b"), use("bob", "a"), use("bob", "b"), use("bob", "a")]).toEqual([
    false,
    true,
    false,
    false,
    true,
  ])
})

test("connections are counted by address", () => {
  const image = emptyImage()
  set(image, { ip: null }, { connection_creation_rate: 1 })
  const quotas = new ClientQuotas(image)
  const waits = Array.from({ length: 12 }, () => quotas.recordConnection("127.0.0.1", 0) > 0)
  expect([waits.indexOf(true), quotas.recordConnection("127.0.0.2", 0)]).toEqual([10, 0])
})

test("alterations refuse what Kafka refuses, and a removed quota is gone", () => {
  const image = emptyImage()
  const refused: [Entity, Record<string, number>][] = [
    [{}, { producer_byte_rate: 1 }],
    [{ ip: "127.0.0.1", user: "alice" }, { connection_creation_rate: 1 }],
    [{ planet: "mars" }, { producer_byte_rate: 1 }],
    [{ user: "alice" }, { connection_creation_rate: 1 }],
    [{ user: "alice" }, { producer_byte_rate: 0 }],
    [{ user: "alice" }, { producer_byte_rate: 1.5 }],
  ]
  expect(refused.map(([entity, values]) => set(image, entity, values))).toEqual(
    refused.map(() => ErrorCode.InvalidRequest),
  )
  set(image, { user: "alice" }, { request_percentage: 12.5 })
  const present = [...image.quotas.values()].map((values) => [...values])
  carryOut(
    image,
    decideClientQuotas(controllerOf(image), alteration({ user: "alice" }, { request_percentage: 0 }, true)),
  )
  expect([present, image.quotas.size]).toEqual([[[["request_percentage", 12.5]]], 0])
})

type Entity = { readonly [type: string]: string | null }

/** The megabytes a second at which alice's app is slowed down. */
function appliedTo(image: MetadataImage): number {
  for (let megabytes = 1; megabytes <= 8; megabytes++) {
    const quotas = new ClientQuotas(image)
    // Ten windows' worth is exactly at the quota: a little more is over it.
    if (quotas.record("produce", "User:alice", "app", megabytes * MB * 10 + 100_000, 0) > 0) return megabytes
  }
  return 0
}

function set(image: MetadataImage, entity: Entity, values: Record<string, number>): number {
  const { entries } = carryOut(image, decideClientQuotas(controllerOf(image), alteration(entity, values)))
  return entries?.[0]?.errorCode ?? 0
}

function alteration(entity: Entity, values: Record<string, number>, remove = false) {
  const ops = Object.entries(values).map(([key, value]) => ({ key, value, remove }))
  const parts = Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName }))
  return { entries: [{ entity: parts, ops }], validateOnly: false }
}
