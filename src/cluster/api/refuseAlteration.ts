import { ErrorCode } from "../../protocol/errorCodes"
import type { Services } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { ConfigResourceType } from "../state/metadata/metadataImage"

interface ConfigResource {
  readonly resourceType: number
  readonly resourceName: string
}

/** What AlterConfigs and IncrementalAlterConfigs refuse before the controller sees it: repeated and forbidden resources. */
export function refuseAlteration(
  { resourceType, resourceName }: ConfigResource,
  all: readonly ConfigResource[],
  { acl, brokerId, metadata }: Services,
): { errorCode: ErrorCode; errorMessage: string | null } | undefined {
  const same = all.filter((other) => other.resourceType === resourceType && other.resourceName === resourceName)
  if (same.length > 1) {
    return { errorCode: ErrorCode.InvalidRequest, errorMessage: "Each resource must appear at most once." }
  }
  switch (resourceType) {
    case ConfigResourceType.topic:
      if (!acl.mayAlterConfigs("topic", resourceName)) return refusal(ErrorCode.TopicAuthorizationFailed)
      return metadata.topic(resourceName) ? undefined : refusal(ErrorCode.UnknownTopicOrPartition)
    case ConfigResourceType.group:
      return acl.mayAlterConfigs("group", resourceName) ? undefined : refusal(ErrorCode.GroupAuthorizationFailed)
    case ConfigResourceType.broker:
      if (!acl.mayAlterConfigs("cluster", CLUSTER_RESOURCE)) return refusal(ErrorCode.ClusterAuthorizationFailed)
      // A broker checks what it is asked to change against what it was started with: only its own.
      if (resourceName === "" || resourceName === String(brokerId)) return undefined
      return {
        errorCode: ErrorCode.InvalidRequest,
        errorMessage: `Unexpected broker id, expected ${brokerId} or empty string, but received ${resourceName}`,
      }
    case ConfigResourceType.clientMetrics:
      if (acl.mayAlterConfigs("cluster", CLUSTER_RESOURCE)) return undefined
      return refusal(ErrorCode.ClusterAuthorizationFailed)
    default:
      return { errorCode: ErrorCode.InvalidRequest, errorMessage: `Unknown resource type ${resourceType}.` }
  }
}

function refusal(errorCode: ErrorCode) {
  return { errorCode, errorMessage: null }
}
