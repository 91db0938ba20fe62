import { createTopics } from "../../../protocol/api/19_createTopics"
import { deleteTopics } from "../../../protocol/api/20_deleteTopics"
import { createAcls } from "../../../protocol/api/30_createAcls"
import { deleteAcls } from "../../../protocol/api/31_deleteAcls"
import { alterConfigs } from "../../../protocol/api/33_alterConfigs"
import { createPartitions } from "../../../protocol/api/37_createPartitions"
import { electLeaders } from "../../../protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../protocol/api/44_incrementalAlterConfigs"
import { alterPartitionReassignments } from "../../../protocol/api/45_alterPartitionReassignments"
import { alterClientQuotas } from "../../../protocol/api/49_alterClientQuotas"
import { alterUserScramCredentials } from "../../../protocol/api/51_alterUserScramCredentials"
import { alterPartition } from "../../../protocol/api/56_alterPartition"
import { updateFeatures } from "../../../protocol/api/57_updateFeatures"
import { brokerRegistration } from "../../../protocol/api/62_brokerRegistration"
import { brokerHeartbeat } from "../../../protocol/api/63_brokerHeartbeat"
import { unregisterBroker } from "../../../protocol/api/64_unregisterBroker"
import { allocateProducerIds } from "../../../protocol/api/67_allocateProducerIds"
import type { Api, RequestOf, ResponseInput } from "../../../protocol/schema"
import type { ForwardedFor } from "../../links"
import { decideCreateAcls, decideDeleteAcls } from "../acl/decideAcls"
import { decideClientQuotas } from "../quota/decideClientQuotas"
import type { MutationQuota } from "../quota/mutationQuota"
import { decideScramCredentials } from "../scram/decideScramCredentials"
import { decideProducerIds } from "./allocateProducerIds"
import { decideAlterConfigs, decideIncrementalAlterConfigs } from "./alterConfigs"
import { alterIsr } from "./alterPartition"
import { decideCreatePartitions, decideDeleteTopics } from "./changeTopics"
import type { Controller } from "./controller"
import type { ControllerState, Decision } from "./controllerState"
import { decideCreateTopics } from "./createTopics"
import { decideElectLeaders } from "./electLeaders"
import { decideReassignments } from "./reassignPartitions"
import { heartbeatBroker, registerBroker, removeBroker } from "./registerBroker"
import { decideFeatures } from "./updateFeatures"

type Rule = (state: ControllerState, request: unknown, quota: MutationQuota) => Decision<ResponseInput<Api>>

/** One API that the active controller answers. */
export interface ControllerRule {
  readonly api: Api
  readonly decide: Rule
}

export function rule<A extends Api>(
  api: A,
  decide: (state: ControllerState, request: RequestOf<A>, quota: MutationQuota) => Decision<ResponseInput<A>>,
): ControllerRule {
  // Rules of all APIs stand in one table: each is passed the request of its own API.
  return { api, decide: decide as Rule }
}

/** Everything that changes metadata, in the order of API keys. */
const rules: readonly ControllerRule[] = [
  rule(createTopics, decideCreateTopics),
  rule(deleteTopics, decideDeleteTopics),
  rule(alterConfigs, decideAlterConfigs),
  rule(createAcls, decideCreateAcls),
  rule(deleteAcls, decideDeleteAcls),
  rule(createPartitions, decideCreatePartitions),
  rule(electLeaders, decideElectLeaders),
  rule(incrementalAlterConfigs, decideIncrementalAlterConfigs),
  rule(alterClientQuotas, decideClientQuotas),
  rule(alterUserScramCredentials, decideScramCredentials),
  rule(alterPartitionReassignments, decideReassignments),
  rule(alterPartition, alterIsr),
  rule(updateFeatures, decideFeatures),
  rule(brokerRegistration, registerBroker),
  rule(brokerHeartbeat, heartbeatBroker),
  rule(unregisterBroker, removeBroker),
  rule(allocateProducerIds, decideProducerIds),
]

const rulesByKey = new Map(rules.map((each) => [each.api.key, each]))

export function isControllerRequest(apiKey: number): boolean {
  return rulesByKey.has(apiKey)
}

/** Undefined when this node's controller is not the active one, or lost that before its decision was committed. */
export async function answerController(
  controller: Controller,
  apiKey: number,
  body: unknown,
  forwardedFor?: ForwardedFor,
): Promise<ResponseInput<Api> | undefined> {
  const found = rulesByKey.get(apiKey)
  if (!found || !controller.isActive) return undefined
  const quota = controller.mutationQuotas.quotaFor(apiKey, forwardedFor, controller)
  const response = await controller.carryOut(found.decide(controller, body, quota))
  const { throttleTimeMs } = quota
  return response && throttleTimeMs > 0 ? { ...response, throttleTimeMs } : response
}
