import * as kafkajs from "kafkajs"
import type { KitHost } from "../kit/host"
import { ownKafkajs } from "../kit/ownedKafkajs"

/** kafkajs as cells import it: the same names, but what a cell opens is closed with it. */
export function createTrackedKafkajs(host: Pick<KitHost, "cluster" | "current">): object {
  return { ...kafkajs, ...ownKafkajs(host) }
}
