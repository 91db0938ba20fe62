import { describe } from "vitest"
import { amnesicLeader } from "./broken/amnesicLeader"
import { closedIsr } from "./broken/closedIsr"
import { divergenceBlindPartition } from "./broken/divergenceBlindPartition"
import { frozenEpochPartition } from "./broken/frozenEpochPartition"
import { gappyFollower } from "./broken/gappyFollower"
import { hastyLeader } from "./broken/hastyLeader"
import { lenientLeader } from "./broken/lenientLeader"
import { loyalLeader } from "./broken/loyalLeader"
import { selfElectedVoter } from "./broken/selfElectedVoter"
import { silentVoter } from "./broken/silentVoter"
import { uncommittedReader } from "./broken/uncommittedReader"
import { unflushedVoter } from "./broken/unflushedVoter"
import { expectCaught } from "./brokenCluster"

describe("a cluster whose replication is broken is caught", () => {
  expectCaught([
    {
      title: "no truncation",
      replacements: divergenceBlindPartition,
      invariant: "replicas agree",
      firstSeed: 1,
    },
    {
      title: "high watermark ignoring the ISR",
      replacements: hastyLeader,
      invariant: "acknowledged records are kept",
      firstSeed: 1,
    },
    {
      title: "high watermark that begins anew",
      replacements: amnesicLeader,
      invariant: "high watermark never falls",
      firstSeed: 1,
    },
    {
      title: "leader epoch not bumped",
      replacements: frozenEpochPartition,
      invariant: "visible records never change",
      firstSeed: 1,
    },
    {
      title: "min.insync.replicas not enforced",
      replacements: lenientLeader,
      invariant: "acknowledged records are on min.insync.replicas",
      firstSeed: 32,
    },
    {
      title: "ISR that never shrinks",
      replacements: loyalLeader,
      invariant: "silent followers leave the ISR",
      firstSeed: 4,
    },
    {
      title: "ISR that never grows",
      replacements: closedIsr,
      invariant: "the cluster recovers",
      firstSeed: 3,
    },
    {
      title: "follower appending beyond its log end",
      replacements: gappyFollower,
      invariant: "replicas agree",
      firstSeed: 1,
    },
    {
      title: "reads past the high watermark",
      replacements: uncommittedReader,
      invariant: "visible records never change",
      firstSeed: 2,
    },
    {
      title: "controllers elected by themselves",
      replacements: selfElectedVoter,
      invariant: "one active controller per epoch",
      firstSeed: 2,
    },
    {
      title: "metadata acknowledged before they are flushed",
      replacements: unflushedVoter,
      invariant: "acknowledged metadata is kept",
      firstSeed: 36,
    },
    {
      title: "controllers that never stand for election",
      replacements: silentVoter,
      invariant: "the cluster settles",
      firstSeed: 1,
    },
  ])
})
