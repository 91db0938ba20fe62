import { describe, expect, test } from "vitest"
import { errorResponse, firstErrorCode } from "../../../src/cluster/api/errorResponse"
import { apis } from "../../../src/protocol"
import { produce } from "../../../src/protocol/api/00_produce"
import { fetch } from "../../../src/protocol/api/01_fetch"
import { offsetFetch } from "../../../src/protocol/api/09_offsetFetch"
import { findCoordinator } from "../../../src/protocol/api/10_findCoordinator"
import { heartbeat } from "../../../src/protocol/api/12_heartbeat"
import { encodeResponse } from "../../../src/protocol/frame"

describe("an error response", () => {
  test("refuses every partition that the request names", () => {
    const request = {
      acks: -1,
      topicData: [{ name: "orders", partitionData: [{ index: 0 }, { index: 2 }] }],
    }
    expect(errorResponse(produce, 7, request, 6)).toEqual({
      responses: [
        {
          name: "orders",
          partitionResponses: [
            { index: 0, errorCode: 6 },
            { index: 2, errorCode: 6 },
          ],
        },
      ],
    })
  })

  test("goes by the request's own names where the response has others", () => {
    const fetched = { topics: [{ topicId: "abc", partitions: [{ partition: 4 }] }] }
    const committed = { groups: [{ groupId: "g", topics: [{ name: "orders", partitionIndexes: [1, 3] }] }] }
    expect([
      errorResponse(fetch, 13, fetched, 6),
      errorResponse(offsetFetch, 8, committed, 16),
      errorResponse(findCoordinator, 4, { keyType: 0, coordinatorKeys: ["g"] }, 15),
      errorResponse(heartbeat, 4, { groupId: "g" }, 27),
    ]).toEqual([
      {
        errorCode: 6,
        responses: [{ topicId: "abc", partitions: [{ partitionIndex: 4, errorCode: 6, abortedTransactions: [] }] }],
      },
      {
        groups: [
          {
            groupId: "g",
            topics: [
              {
                name: "orders",
                partitions: [
                  { partitionIndex: 1, errorCode: 16 },
                  { partitionIndex: 3, errorCode: 16 },
                ],
              },
            ],
            errorCode: 16,
          },
        ],
      },
      { coordinators: [{ key: "g", errorCode: 15 }] },
      { errorCode: 27 },
    ])
  })

  test("can be written in every version of every API", () => {
    for (const api of apis) {
      for (let version = api.versions[0]; version <= api.versions[1]; version++) {
        expect(() => encodeResponse(api, version, 1, errorResponse(api, version, {}, 7))).not.toThrow()
      }
    }
  })

  test("is found again by its first error", () => {
    expect([
      firstErrorCode({ throttleTimeMs: 5, topics: [{ errorCode: 0, partitions: [{ errorCode: 3 }] }] }),
      firstErrorCode({ errorCode: 0, records: Buffer.from([1]) }),
      firstErrorCode(undefined),
    ]).toEqual([3, 0, 0])
  })
})
