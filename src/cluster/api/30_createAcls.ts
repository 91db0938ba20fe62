/**
 * CreateAcls: adds ACLs, one result for each.
 * Kafka: AclApis.handleCreateAcls. Not implemented: nothing.
 */
import { createAcls } from "../../protocol/api/30_createAcls"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

/** What Kafka answers where `authorizer.class.name` is not set. */
export const NO_AUTHORIZER = { errorCode: ErrorCode.SecurityDisabled, errorMessage: "No Authorizer is configured." }

export const onCreateAcls = handler(createAcls, (request, services) => {
  const { acl } = services
  const refusal = acl.mayAlter("cluster", CLUSTER_RESOURCE)
    ? acl.isEnforced
      ? undefined
      : NO_AUTHORIZER
    : { errorCode: ErrorCode.ClusterAuthorizationFailed }
  if (refusal) return { results: request.creations.map(() => refusal) }
  return forwardToController(createAcls, request, services)
})
