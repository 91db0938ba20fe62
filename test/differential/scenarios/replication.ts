import type { Scenario } from "../scenario"

/** What replicas, leaders and their epochs do when nodes come and go. Node 1 is the controller and stays. */
export const replication: readonly Scenario[] = [
  {
    name: "a leader is killed and comes back",
    faults: true,
    proves: ["L07a", "Leader change → epoch +1"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3, 1]] })
      await stage.noteProduce("before", stage.id, ["a", "b"])
      await stage.kill(2)
      await stage.untilLed(stage.id, 0, 3)
      await stage.untilIsr(stage.id, [1, 3])
      await stage.notePartition("after the kill", stage.id)
      await stage.noteProduce("on the new leader", stage.id, ["c"])
      await stage.start(2)
      await stage.untilIsr(stage.id, [1, 2, 3])
      await stage.notePartition("after its return", stage.id)
      await stage.noteRead("all is there", stage.id)
    },
  },
]
