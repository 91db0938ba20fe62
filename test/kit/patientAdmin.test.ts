import { type Admin, KafkaJSNonRetriableError, KafkaJSProtocolError } from "kafkajs"
import { expect, test } from "vitest"
import { patientAdmin } from "../../src/kit/patientAdmin"

const topics = [{ topic: "orders" }]
const led = { topics: [{ name: "orders", partitions: [{ partitionId: 0, leader: 1 }] }] }

test("a topic is there when its leaders answer for it, not when one broker says who leads", async () => {
  const asked: string[] = []
  const notLeader = new KafkaJSProtocolError(Object.assign(new Error("not the leader"), { retriable: true }))
  const answers = [Promise.reject(notLeader), Promise.resolve([])]
  const admin = fakeAdmin(asked, () => answers.shift() ?? Promise.resolve([]))
  await patientAdmin(admin).createTopics({ topics })
  expect(asked).toEqual(["create", "metadata", "offsets", "metadata", "offsets"])
})

test("what does not pass with time is said at once", async () => {
  const asked: string[] = []
  const refused = new KafkaJSNonRetriableError("refused")
  const admin = fakeAdmin(asked, () => Promise.reject(refused))
  await expect(patientAdmin(admin).createTopics({ topics })).rejects.toBe(refused)
  expect(asked).toEqual(["create", "metadata", "offsets"])
})

function fakeAdmin(asked: string[], offsets: () => Promise<never[]>): Admin {
  const calls = {
    createTopics: async () => asked.push("create") > 0,
    fetchTopicMetadata: async () => {
      asked.push("metadata")
      return led
    },
    fetchTopicOffsets: () => {
      asked.push("offsets")
      return offsets()
    },
  }
  return calls as unknown as Admin
}
