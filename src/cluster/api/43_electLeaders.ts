/**
 * ElectLeaders: brings the preferred replica back to lead, or lets one lead that may lack records (KIP-460).
 * Kafka: ControllerApis.handleElectLeaders. Not implemented: nothing.
 */
import { electLeaders } from "../../protocol/api/43_electLeaders"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

export const onElectLeaders = handler(electLeaders, async (request, services) => {
  if (!services.acl.mayAlter("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  return forwardToController(electLeaders, request, services, request.timeoutMs)
})
