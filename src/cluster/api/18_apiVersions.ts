/**
 * ApiVersions: what is spoken here, and the finalized features.
 * Kafka: KafkaApis.handleApiVersionsRequest, ApiVersionsResponse. Not implemented: nothing.
 */
import { apiVersions } from "../../protocol/api/18_apiVersions"
import { ErrorCode } from "../../protocol/errorCodes"
import { type Handler, handler } from "../handler"
import { SUPPORTED_FEATURES } from "../state/features"

/**
 * Kafka 4.1's oldest advertised version where older ones are served all the same: kafkajs never looks at the minimum.
 * Produce stands at 0 in Kafka as well, because old librdkafka needs to see it (KAFKA-18659).
 */
const ADVERTISED_MINIMUM: ReadonlyMap<number, number> = new Map([
  [2, 1],
  [8, 2],
  [9, 1],
  [19, 2],
  [20, 1],
  [23, 2],
  [29, 1],
  [30, 1],
  [31, 1],
  [32, 1],
  [34, 1],
  [35, 1],
])

/** Between brokers and controllers only; clients neither see them nor may send them. */
const INTERNAL_APIS: ReadonlySet<number> = new Set([
  4, 5, 6, 7, 52, 53, 54, 56, 58, 59, 62, 63, 64, 67, 70, 73, 80, 81, 82,
])

export function isInternalApi({ api }: Handler): boolean {
  return INTERNAL_APIS.has(api.key)
}

/** @param served the table of handlers, which this one is part of */
export const onApiVersions = (served: () => readonly Handler[]): Handler =>
  handler(apiVersions, (request, { metadata, version }) => {
    if (
      version >= 3 &&
      !(isSoftwareName(request.clientSoftwareName) && isSoftwareName(request.clientSoftwareVersion))
    ) {
      return { errorCode: ErrorCode.InvalidRequest }
    }
    return {
      apiKeys: served()
        .filter((entry) => !isInternalApi(entry))
        .map(({ api: { key, versions } }) => ({
          apiKey: key,
          minVersion: ADVERTISED_MINIMUM.get(key) ?? versions[0],
          maxVersion: versions[1],
        })),
      // Clients before v4 fail on a feature whose lowest level is 0 (KAFKA-17011).
      supportedFeatures: SUPPORTED_FEATURES.filter(({ minVersion }) => version >= 4 || minVersion > 0),
      finalizedFeaturesEpoch: metadata.offset - 1,
      finalizedFeatures: [...metadata.features]
        .filter(([, level]) => level > 0)
        .map(([name, level]) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
    }
  })

/** ApiVersionsRequest.isValid, KIP-511. */
function isSoftwareName(text: string): boolean {
  return /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/.test(text)
}
