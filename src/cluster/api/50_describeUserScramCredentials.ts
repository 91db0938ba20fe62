/**
 * DescribeUserScramCredentials: which users have SCRAM credentials, with mechanism and iterations, never the secrets.
 * Kafka: ScramImage.describe. Not implemented: nothing.
 */
import { describeUserScramCredentials } from "../../protocol/api/50_describeUserScramCredentials"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"

export const onDescribeUserScramCredentials = handler(describeUserScramCredentials, (request, { acl, metadata }) => {
  if (!acl.mayDescribe("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }

  const credentials = new Map<string, { mechanism: number; iterations: number }[]>()
  for (const { user, mechanism, iterations } of metadata.scram.values()) {
    credentials.set(user, [...(credentials.get(user) ?? []), { mechanism, iterations }])
  }
  const asked = (request.users ?? []).map(({ name }) => name)
  const names = asked.length === 0 ? [...credentials.keys()] : [...new Set(asked)]
  const results = names.map((user) => {
    const credentialInfos = credentials.get(user)
    if (asked.indexOf(user) !== asked.lastIndexOf(user)) {
      const errorMessage = `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`
      return { user, errorCode: ErrorCode.DuplicateResource, errorMessage }
    }
    if (credentialInfos) return { user, credentialInfos }
    const errorMessage = `Attempt to describe a user credential that does not exist: ${user}`
    return { user, errorCode: ErrorCode.ResourceNotFound, errorMessage }
  })
  return { results }
})
