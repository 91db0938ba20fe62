/**
 * UpdateFeatures: levels of transaction.version, group.version and the like.
 * Kafka: ControllerApis.handleUpdateFeatures, FeatureControlManager. Not implemented: nothing.
 */
import { updateFeatures } from "../../protocol/api/57_updateFeatures"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

const UPGRADE = 1
const SAFE_DOWNGRADE = 2

export const onUpdateFeatures = handler(updateFeatures, async (request, services) => {
  if (!services.acl.mayAlter("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }

  // The controller knows the newest version only: v0 says with a boolean what v1 says with an upgrade type.
  const featureUpdates = request.featureUpdates.map(({ feature, maxVersionLevel, allowDowngrade, upgradeType }) => ({
    feature,
    maxVersionLevel,
    upgradeType: services.version === 0 ? (allowDowngrade ? SAFE_DOWNGRADE : UPGRADE) : upgradeType,
  }))
  const body = { featureUpdates, validateOnly: request.validateOnly, timeoutMs: request.timeoutMs }
  const response = await forwardToController(updateFeatures, body, services, request.timeoutMs)
  // v2 answers for the request as a whole, older ones for each feature as well.
  const { errorCode, errorMessage } = response
  return { ...response, results: featureUpdates.map(({ feature }) => ({ feature, errorCode, errorMessage })) }
})
