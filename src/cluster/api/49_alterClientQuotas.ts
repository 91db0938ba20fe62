/**
 * AlterClientQuotas: sets and removes quotas of users, client ids and addresses.
 * Kafka: ClientQuotaControlManager.alterClientQuotas. Not implemented: nothing.
 */
import { alterClientQuotas } from "../../protocol/api/49_alterClientQuotas"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

export const onAlterClientQuotas = handler(alterClientQuotas, (request, services) => {
  if (services.acl.mayAlterConfigs("cluster", CLUSTER_RESOURCE)) {
    return forwardToController(alterClientQuotas, request, services)
  }
  const errorCode = ErrorCode.ClusterAuthorizationFailed
  return { entries: request.entries.map(({ entity }) => ({ entity, errorCode })) }
})
