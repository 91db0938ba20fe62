import fc from "fast-check"
import { expect, test } from "vitest"
import { nothing, pairsOf } from "../../../src/cluster/state/group/consumer/assignment"
import { ConsumerClient, checkOneOwner } from "./consumerClient"
import { CoordinatorRig } from "./coordinatorRig"

const subscriptions = [["orders"], ["orders", "returns"], ["returns"]]

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("heartbeat" as const), who: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), who: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), who: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("grow" as const), topic: fc.constantFrom("orders", "returns") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(30_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("failOver" as const) }) },
)

test("no partition ever has two owners, and all have one when members keep heartbeating", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 60 }),
      fc.constantFrom("uniform", "range"),
      async (actions, assignor) => {
        const rig = new CoordinatorRig()
        const sizes: Record<string, number> = { orders: 3, returns: 2 }
        for (const [topic, size] of Object.entries(sizes)) rig.topics.set(topic, size)
        let lives = 0
        const spawn = (index: number) =>
          new ConsumerClient(rig, `m${index}-${lives++}`, {
            subscribedTopicNames: subscriptions[index % subscriptions.length] ?? [],
            serverAssignor: assignor,
          })
        const clients = [0, 1, 2, 3, 4].map(spawn)
        const beat = async (client: ConsumerClient) => {
          await client.heartbeat()
          checkOneOwner(clients)
        }
        for (const each of actions) {
          const client = "who" in each ? clients[each.who] : undefined
          if (each.kind === "heartbeat" && client) await beat(client)
          else if (each.kind === "grow") {
            const size = (sizes[each.topic] ?? 0) + 1
            sizes[each.topic] = size
            rig.topics.set(each.topic, size)
          } else if (each.kind === "failOver") rig.failOver()
          else if (each.kind === "wait") {
            await rig.clock.advance(each.ms)
            // Who is put out meanwhile stops reading by itself, as a client does that hears no answer in its session.
            for (const one of clients) {
              const isMember = [...rig.shard.groups.values()].some(({ members }) => members.has(one.memberId))
              if (!isMember) one.owned = nothing
            }
          } else if ("who" in each && client) {
            if (each.kind === "leave" && client.epoch > 0) await client.heartbeat({ memberEpoch: -1 })
            clients[each.who] = spawn(each.who)
          }
        }
        await rig.clock.advance(50_000)
        for (const client of clients) client.epoch = 0
        for (const client of clients) client.owned = nothing
        for (let round = 0; round < 6; round++) for (const client of clients) await beat(client)
        const owned = clients.flatMap((client) => [...pairsOf(client.owned)]).length
        expect([owned, clients[0]?.group.state]).toEqual([(sizes.orders ?? 0) + (sizes.returns ?? 0), "Stable"])
      },
    ),
    { numRuns: 150 },
  )
})
