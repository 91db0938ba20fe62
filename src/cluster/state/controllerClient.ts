import type { Api, RequestInput, ResponseOf } from "../../protocol/schema"
import type { ForwardedFor } from "../links"

/** How a broker reaches the active controller, wherever that is. */
export interface ControllerClient {
  /**
   * Forwards a request to the active controller and waits until what it changed is committed.
   * Looks for a new controller while there is none. Undefined: none answered within `timeoutMs`
   * (a client is told REQUEST_TIMED_OUT). Without `forwardedFor` the broker asks for itself.
   */
  request<A extends Api>(
    api: A,
    body: RequestInput<A>,
    timeoutMs?: number,
    forwardedFor?: ForwardedFor,
  ): Promise<ResponseOf<A> | undefined>
  /** -1 while unknown. */
  readonly leaderId: number
}
