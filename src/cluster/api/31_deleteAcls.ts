/**
 * DeleteAcls: removes the ACLs that filters find, and tells which they were.
 * Kafka: AclApis.handleDeleteAcls. Not implemented: nothing.
 */
import { deleteAcls } from "../../protocol/api/31_deleteAcls"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { NO_AUTHORIZER } from "./30_createAcls"
import { forwardToController } from "./forwardToController"

export const onDeleteAcls = handler(deleteAcls, (request, services) => {
  const { acl } = services
  const refusal = acl.mayAlter("cluster", CLUSTER_RESOURCE)
    ? acl.isEnforced
      ? undefined
      : NO_AUTHORIZER
    : { errorCode: ErrorCode.ClusterAuthorizationFailed }
  if (refusal) return { filterResults: request.filters.map(() => refusal) }
  return forwardToController(deleteAcls, request, services)
})
