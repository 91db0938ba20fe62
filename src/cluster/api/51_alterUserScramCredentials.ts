/**
 * AlterUserScramCredentials: creates, changes and deletes users' SCRAM credentials.
 * Kafka: ScramControlManager.alterCredentials. Not implemented: nothing.
 */
import { alterUserScramCredentials } from "../../protocol/api/51_alterUserScramCredentials"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

export const onAlterUserScramCredentials = handler(alterUserScramCredentials, (request, services) => {
  if (services.acl.mayAlter("cluster", CLUSTER_RESOURCE)) {
    return forwardToController(alterUserScramCredentials, request, services)
  }
  const users = new Set([...request.deletions, ...request.upsertions].map(({ name }) => name))
  return { results: [...users].map((user) => ({ user, errorCode: ErrorCode.ClusterAuthorizationFailed })) }
})
