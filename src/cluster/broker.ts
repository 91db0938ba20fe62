import type { BrokerServices } from "./handler"

/** One life of one node's broker role. */
export declare class Broker {
  readonly id: number
  readonly services: BrokerServices
}
