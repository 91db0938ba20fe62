import type { updateFeatures } from "../../../protocol/api/57_updateFeatures"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../../protocol/schema"
import { SUPPORTED_FEATURES } from "../features"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import type { ControllerState, Decision } from "./controllerState"

/** Kafka: FeatureUpdate.UpgradeType. */
const UPGRADE = 1

/** All or none of the updates (Kafka: FeatureControlManager.updateFeatures). */
export function decideFeatures(
  { image }: ControllerState,
  request: RequestOf<typeof updateFeatures>,
): Decision<ResponseInput<typeof updateFeatures>> {
  const records: MetadataRecord[] = []
  for (const { feature, maxVersionLevel: level, upgradeType } of request.featureUpdates) {
    const refuse = (why: string) => {
      const errorMessage = `Invalid update version ${level} for feature ${feature}. ${why}`
      return { records: [], response: { errorCode: ErrorCode.InvalidUpdateVersion, errorMessage } }
    }
    const supported = SUPPORTED_FEATURES.find(({ name }) => name === feature)
    if (!supported) return refuse("Local controller does not support this feature.")
    const present = image.features.get(feature) ?? 0
    const isInRange = level === 0 || (level >= supported.minVersion && level <= supported.maxVersion)
    if (!isInRange) {
      return refuse(`Local controller only supports versions ${supported.minVersion}-${supported.maxVersion}`)
    }
    if (level < present && upgradeType === UPGRADE)
      return refuse(
        "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
      )
    if (level < present && feature === "metadata.version")
      return refuse("Unsafe metadata downgrade is not supported in this version.")
    if (level !== present) records.push(metadataRecord("FeatureLevelRecord", { name: feature, featureLevel: level }))
  }
  return { records: request.validateOnly ? [] : records, response: {} }
}
