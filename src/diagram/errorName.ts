import { ErrorCode } from "../protocol/errorCodes"

const names = new Map<number, string>(
  Object.entries(ErrorCode).map(([name, code]) => [code, name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()]),
)

/** An error code as Kafka's documentation writes it: NOT_LEADER_OR_FOLLOWER. Only names, so that a picture stays small. */
export function errorName(code: number): string {
  return names.get(code) ?? String(code)
}
