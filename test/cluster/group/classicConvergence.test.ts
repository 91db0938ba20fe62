import fc from "fast-check"
import { expect, test } from "vitest"
import type { JoinAnswer, SyncAnswer } from "../../../src/cluster/state/group/classic/classicMember"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { ClassicClient, GROUP } from "./classicClient"
import { CoordinatorRig, type Parked, settle } from "./coordinatorRig"

/** A consumer that does what its coordinator tells it: joins, syncs, heartbeats, and joins again. */
class Consumer {
  readonly client: ClassicClient
  joining: Parked<JoinAnswer> | undefined
  syncing: Parked<SyncAnswer> | undefined
  /** What it was assigned, while it believes in its generation. */
  assignment: string | undefined

  constructor(
    rig: CoordinatorRig,
    name: string,
    readonly instanceId: string | null,
  ) {
    this.client = new ClassicClient(rig, name, { groupInstanceId: instanceId, rebalanceTimeoutMs: 20_000 })
  }

  /** One step: takes an answer that has come, or else sends the next request. */
  step(): void {
    if (this.joining) this.takeJoin(this.joining)
    else if (this.syncing) this.takeSync(this.syncing)
    else if (this.assignment === undefined) this.joining = this.client.join({}, 5)
    else this.obey(this.client.heartbeat())
  }

  private takeJoin({ answer }: Parked<JoinAnswer>): void {
    if (!answer) return
    this.joining = undefined
    if (answer.errorCode === ErrorCode.MemberIdRequired) {
      this.client.memberId = answer.memberId
      return
    }
    if (answer.errorCode !== ErrorCode.None) return void this.obey(answer.errorCode)
    const assigned = Object.fromEntries(
      answer.members.map(({ memberId }) => [memberId, `${memberId}@${answer.generationId}`]),
    )
    this.syncing = this.client.sync(assigned)
  }

  private takeSync({ answer }: Parked<SyncAnswer>): void {
    if (!answer) return
    this.syncing = undefined
    if (answer.errorCode === ErrorCode.None) this.assignment = answer.assignment.toString()
    else this.obey(answer.errorCode)
  }

  private obey(errorCode: number): void {
    if (errorCode === ErrorCode.None) return
    this.assignment = undefined
    if (errorCode === ErrorCode.UnknownMemberId || errorCode === ErrorCode.FencedInstanceId) this.client.memberId = ""
  }
}

const action = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("step" as const), who: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), who: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), who: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(9_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("failOver" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refuse" as const), refusing: fc.boolean() }) },
)

/** Whoever has an assignment in the group's generation has the one that the leader made for it. */
function checkAssignments(consumers: readonly Consumer[]): void {
  for (const { assignment, client } of consumers) {
    if (assignment === undefined || assignment === "") continue
    const [memberId, generation] = assignment.split("@")
    if (Number(generation) !== client.generation) throw new Error(`${assignment} in generation ${client.generation}`)
    if (memberId !== client.memberId && !client.name.startsWith("static")) throw new Error(`${assignment} is not mine`)
  }
}

test("whatever happens, a classic group comes to one generation with everybody in it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
      const rig = new CoordinatorRig()
      let lives = 0
      const spawn = (who: number) => {
        lives += 1
        return who === 0 ? new Consumer(rig, `static${lives}`, "pod") : new Consumer(rig, `m${who}-${lives}`, null)
      }
      const consumers = [0, 1, 2, 3].map(spawn)
      for (const each of actions) {
        const consumer = "who" in each ? consumers[each.who] : undefined
        if (each.kind === "wait") await rig.clock.advance(each.ms)
        else if (each.kind === "failOver") rig.failOver()
        else if (each.kind === "refuse") rig.log.refusal = each.refusing ? ErrorCode.NotEnoughReplicas : ErrorCode.None
        else if (consumer && each.kind === "step" && rig.shard.state === "active") consumer.step()
        else if (consumer && each.kind === "leave" && rig.shard.groups.has(GROUP)) consumer.client.leave()
        if ("who" in each && each.kind !== "step") consumers[each.who] = spawn(each.who)
        await settle()
        checkAssignments(consumers)
      }
      rig.log.refusal = ErrorCode.None
      // The dead are gone after their sessions; meanwhile the living go on.
      for (let second = 0; second < 60; second++) {
        for (const consumer of consumers) {
          consumer.step()
          await settle()
        }
        await rig.clock.advance(1_000)
        checkAssignments(consumers)
      }
      const group = rig.shard.groups.get(GROUP)
      const members = consumers.map(({ client }) => client.memberId).sort()
      expect([group?.state, [...(group?.members.keys() ?? [])].sort()]).toEqual(["Stable", members])
      expect(consumers.map(({ client }) => client.generation)).toEqual(
        consumers.map(() => (group?.kind === "classic" ? group.generation : -1)),
      )
    }),
    { numRuns: 150 },
  )
})
