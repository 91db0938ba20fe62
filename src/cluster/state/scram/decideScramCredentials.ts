import type { alterUserScramCredentials } from "../../../protocol/api/51_alterUserScramCredentials"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../../protocol/schema"
import type { ControllerState, Decision } from "../controller/controllerState"
import type { ScramImage } from "../metadata/imageEntries"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { credentialOfSalted, MAX_ITERATIONS, MIN_ITERATIONS, scramMechanismOf } from "./credential"

type Request = RequestOf<typeof alterUserScramCredentials>
type Deletion = ElementOf<Request["deletions"]>
type Upsertion = ElementOf<Request["upsertions"]>

interface Refusal {
  readonly errorCode: ErrorCode
  readonly errorMessage: string
}

/** Kafka: ScramControlManager.alterCredentials. One result per user; a user with any error is left as it was. */
export function decideScramCredentials(
  { image }: ControllerState,
  { deletions, upsertions }: Request,
): Decision<ResponseInput<typeof alterUserScramCredentials>> {
  const alterations = [...deletions, ...upsertions].map(({ name, mechanism }) => `${mechanism}:${name}`)
  const refusals = new Map<string, Refusal>()
  const refuse = (name: string, refusal: Refusal | undefined): void => {
    if (refusal && !refusals.has(name)) refusals.set(name, refusal)
  }
  for (const each of deletions) refuse(each.name, refuseDeletion(each, image.scram))
  for (const each of upsertions) refuse(each.name, refuseUpsertion(each))
  for (const { name, mechanism } of [...deletions, ...upsertions]) {
    const key = `${mechanism}:${name}`
    if (alterations.indexOf(key) !== alterations.lastIndexOf(key)) {
      const errorMessage = "A user credential cannot be altered twice in the same request"
      refuse(name, { errorCode: ErrorCode.DuplicateResource, errorMessage })
    }
  }
  const records: MetadataRecord[] = [
    ...deletions
      .filter(({ name }) => !refusals.has(name))
      .map(({ name, mechanism }) => metadataRecord("RemoveUserScramCredentialRecord", { name, mechanism })),
    ...upsertions.filter(({ name }) => !refusals.has(name)).flatMap(recordOf),
  ]
  const users = new Set([...deletions, ...upsertions].map(({ name }) => name))
  return { records, response: { results: [...users].map((user) => ({ user, ...refusals.get(user) })) } }
}

export function scramRecord({ user, ...credential }: ScramImage): MetadataRecord {
  return metadataRecord("UserScramCredentialRecord", { name: user, ...credential })
}

function recordOf({ name, mechanism, saltedPassword, salt, iterations }: Upsertion): MetadataRecord[] {
  const known = scramMechanismOf(mechanism)
  return known ? [scramRecord(credentialOfSalted(name, known, saltedPassword, salt, iterations))] : []
}

function refuseDeletion({ name, mechanism }: Deletion, present: ReadonlyMap<string, ScramImage>): Refusal | undefined {
  const refusal = refuseUser(name, mechanism)
  if (refusal || present.has(`${mechanism}:${name}`)) return refusal
  const errorMessage = "Attempt to delete a user credential that does not exist"
  return { errorCode: ErrorCode.ResourceNotFound, errorMessage }
}

function refuseUpsertion({ name, mechanism, iterations }: Upsertion): Refusal | undefined {
  const refusal = refuseUser(name, mechanism)
  if (refusal) return refusal
  const errorCode = ErrorCode.UnacceptableCredential
  if (iterations < MIN_ITERATIONS) return { errorCode, errorMessage: "Too few iterations" }
  return iterations > MAX_ITERATIONS ? { errorCode, errorMessage: "Too many iterations" } : undefined
}

function refuseUser(name: string, mechanism: number): Refusal | undefined {
  if (name === "") {
    return { errorCode: ErrorCode.UnacceptableCredential, errorMessage: "Username must not be empty" }
  }
  if (scramMechanismOf(mechanism)) return undefined
  return { errorCode: ErrorCode.UnsupportedSaslMechanism, errorMessage: "Unknown SCRAM mechanism" }
}
