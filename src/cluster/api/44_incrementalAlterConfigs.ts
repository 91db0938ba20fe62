/**
 * IncrementalAlterConfigs: sets, deletes, appends to and subtracts from single configs (KIP-339).
 * Kafka: ConfigAdminManager, ConfigurationControlManager. Not implemented: broker loggers, of which there are none.
 */
import { incrementalAlterConfigs } from "../../protocol/api/44_incrementalAlterConfigs"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { forwardToController } from "./forwardToController"
import { refuseAlteration } from "./refuseAlteration"

type Resource = ElementOf<RequestOf<typeof incrementalAlterConfigs>["resources"]>
type Answer = ElementOf<ResponseInput<typeof incrementalAlterConfigs>["responses"]>

const DELETE = 1

export const onIncrementalAlterConfigs = handler(incrementalAlterConfigs, async (request, services) => {
  const refused: Answer[] = []
  const accepted: Resource[] = []
  for (const resource of request.resources) {
    const refusal = refuseAlteration(resource, request.resources, services) ?? refuseOperations(resource)
    const { resourceType, resourceName } = resource
    if (refusal) refused.push({ ...refusal, resourceType, resourceName })
    else accepted.push(resource)
  }
  if (accepted.length === 0) return { responses: refused }
  const body = { ...request, resources: accepted }
  const { responses } = await forwardToController(incrementalAlterConfigs, body, services)
  return { responses: [...responses, ...refused] }
})

function refuseOperations({ configs }: Resource) {
  const names = configs.map(({ name }) => name)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) {
    return { errorCode: ErrorCode.InvalidRequest, errorMessage: `Error due to duplicate config keys : ${repeated}` }
  }
  const unset = configs.filter(({ configOperation, value }) => configOperation !== DELETE && value === null)
  if (unset.length === 0) return undefined
  const errorMessage = `Null value not supported for : ${unset.map(({ name }) => name).join(",")}`
  return { errorCode: ErrorCode.InvalidRequest, errorMessage }
}
