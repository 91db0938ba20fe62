/**
 * AlterConfigs: replaces all configs of a resource by those given; superseded by IncrementalAlterConfigs.
 * Kafka: ConfigAdminManager, ConfigurationControlManager.legacyAlterConfigs. Not implemented: nothing.
 */
import { alterConfigs } from "../../protocol/api/33_alterConfigs"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { forwardToController } from "./forwardToController"
import { refuseAlteration } from "./refuseAlteration"

type Resource = ElementOf<RequestOf<typeof alterConfigs>["resources"]>
type Answer = ElementOf<ResponseInput<typeof alterConfigs>["responses"]>

export const onAlterConfigs = handler(alterConfigs, async (request, services) => {
  const refused: Answer[] = []
  const accepted: Resource[] = []
  for (const resource of request.resources) {
    const refusal = refuseAlteration(resource, request.resources, services) ?? refuseValues(resource)
    const { resourceType, resourceName } = resource
    if (refusal) refused.push({ ...refusal, resourceType, resourceName })
    else accepted.push(resource)
  }
  if (accepted.length === 0) return { responses: refused }
  const { responses } = await forwardToController(alterConfigs, { ...request, resources: accepted }, services)
  return { responses: [...responses, ...refused] }
})

function refuseValues({ configs }: Resource) {
  const unset = configs.filter(({ value }) => value === null)
  if (unset.length === 0) return undefined
  const errorMessage = `Null value not supported for : ${unset.map(({ name }) => name).join(",")}`
  return { errorCode: ErrorCode.InvalidRequest, errorMessage }
}
