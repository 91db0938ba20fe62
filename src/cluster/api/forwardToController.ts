import { ErrorCode } from "../../protocol/errorCodes"
import type { Api, RequestInput, ResponseOf } from "../../protocol/schema"
import type { RequestConnection, Services } from "../handler"
import type { ForwardedFor } from "../links"
import { errorResponse } from "./errorResponse"

/**
 * Has the active controller do what a request asks, and waits until that is committed (KIP-590).
 * Without a controller every part of the request is answered with REQUEST_TIMED_OUT, as Kafka does.
 */
export async function forwardToController<A extends Api>(
  api: A,
  request: RequestInput<A>,
  { controller, connection, version }: Services,
  timeoutMs?: number,
): Promise<ResponseOf<A>> {
  const response = await controller.request(api, request, timeoutMs, clientOf(connection, version))
  if (response !== undefined) return response
  return errorResponse(api, api.versions[1], request, ErrorCode.RequestTimedOut) as ResponseOf<A>
}

/** Whom the controller counts a request for. */
export function clientOf({ principal, clientId }: RequestConnection, version: number): ForwardedFor {
  return { principal, clientId: clientId ?? "", version }
}
