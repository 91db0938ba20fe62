import { describe } from "vitest"
import { absentAborts } from "./broken/absentAborts"
import { forgetfulGroupShard } from "./broken/forgetfulGroupShard"
import { forgetfulProducerState } from "./broken/forgetfulProducerState"
import { forgetfulTransactionShard } from "./broken/forgetfulTransactionShard"
import { halfMarkerSender } from "./broken/halfMarkerSender"
import { hastyGroupShard } from "./broken/hastyGroupShard"
import { idleMarkerSender } from "./broken/idleMarkerSender"
import { sharedPartitions } from "./broken/sharedPartitions"
import { shortProducerState } from "./broken/shortProducerState"
import { unstableReader } from "./broken/unstableReader"
import { expectCaught } from "./brokenCluster"

describe("a cluster whose producers, transactions or groups are broken is caught", () => {
  expectCaught([
    {
      title: "sequence window of none",
      replacements: forgetfulProducerState,
      invariant: "idempotent producers never duplicate",
      firstSeed: 1,
    },
    {
      title: "sequence window of one",
      replacements: shortProducerState,
      invariant: "idempotent producers never duplicate",
      firstSeed: 1,
    },
    {
      title: "marker skipped",
      replacements: idleMarkerSender,
      invariant: "the cluster recovers",
      firstSeed: 1,
    },
    {
      title: "transaction half committed",
      replacements: halfMarkerSender,
      invariant: "committed transactions are read whole",
      firstSeed: 1,
    },
    {
      title: "last stable offset that is the high watermark",
      replacements: unstableReader,
      invariant: "aborted data is never read as committed",
      firstSeed: 1,
    },
    {
      title: "aborted transactions not told to consumers",
      replacements: absentAborts,
      invariant: "aborted data is never read as committed",
      firstSeed: 1,
    },
    {
      title: "transactions forgotten by the next coordinator",
      replacements: forgetfulTransactionShard,
      invariant: "the cluster recovers",
      firstSeed: 4,
    },
    {
      title: "offsets acknowledged before they are replicated",
      replacements: hastyGroupShard,
      invariant: "committed offsets are fetched",
      firstSeed: 1,
    },
    {
      title: "offsets forgotten by the next coordinator",
      replacements: forgetfulGroupShard,
      invariant: "committed offsets are fetched",
      firstSeed: 1,
    },
    {
      title: "two owners of a partition",
      replacements: sharedPartitions,
      invariant: "one owner per partition and member epoch",
      firstSeed: 1,
    },
  ])
})
