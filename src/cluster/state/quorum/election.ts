import { vote } from "../../../protocol/api/52_vote"
import { METADATA_TOPIC } from "./metadataLog"
import type { QuorumMember } from "./quorumMember"

/**
 * Asks every other voter, and turns a majority of votes into leadership, or of pre-votes into a candidacy.
 * Void as soon as the member's turn is over.
 */
export async function runElection(member: QuorumMember, preVote: boolean): Promise<void> {
  const { id, voters } = member.setup
  const turn = member.turn
  const granted = [id]
  const majority = Math.floor(voters.length / 2) + 1
  const others = voters.filter((voter) => voter !== id)
  if (granted.length >= majority) return elect(member, preVote, granted)

  await Promise.all(
    others.map(async (voter) => {
      const isGranted = await askForVote(member, voter, preVote)
      if (turn !== member.turn || !isGranted) return
      granted.push(voter)
      if (granted.length === majority) elect(member, preVote, granted)
    }),
  )
}

function elect(member: QuorumMember, preVote: boolean, granted: readonly number[]): void {
  if (preVote) member.becomeCandidate()
  else member.becomeLeader(granted)
}

async function askForVote(member: QuorumMember, voter: number, preVote: boolean): Promise<boolean> {
  const { id, clusterId, links, log, timeouts } = member.setup
  const turn = member.turn
  const body = {
    clusterId,
    voterId: voter,
    topics: [
      {
        topicName: METADATA_TOPIC,
        partitions: [
          {
            partitionIndex: 0,
            replicaEpoch: member.epoch,
            replicaId: id,
            lastOffsetEpoch: log.lastEpoch,
            lastOffset: log.endOffset,
            preVote,
          },
        ],
      },
    ],
  }
  const response = await links.send(id, voter, vote, vote.versions[1], body, timeouts.requestTimeoutMs)
  const answer = response?.topics[0]?.partitions[0]
  if (turn !== member.turn || !answer) return false
  if (answer.leaderEpoch > member.epoch) learnEpoch(member, answer.leaderEpoch, answer.leaderId)
  // Whoever asks before it stands has just lost that leader: the others may not have noticed yet.
  else if (!preVote && answer.leaderId >= 0 && answer.leaderEpoch === member.epoch)
    member.becomeFollower(answer.leaderId, answer.leaderEpoch)
  return answer.voteGranted && turn === member.turn
}

/** Another node knows of a newer epoch, perhaps with its leader. */
export function learnEpoch(member: QuorumMember, epoch: number, leaderId: number): void {
  if (leaderId >= 0 && leaderId !== member.setup.id) member.becomeFollower(leaderId, epoch)
  else if (epoch > member.epoch) member.becomeUnattached(epoch)
}
