import type { ConfigDefinition } from "./configDefinitions"

const INTEGER_BOUNDS = {
  SHORT: [-32_768n, 32_767n],
  INT: [-2_147_483_648n, 2_147_483_647n],
  LONG: [-(2n ** 63n), 2n ** 63n - 1n],
} as const

/**
 * Checks a value against its definition.
 * @returns Kafka's sentence for INVALID_CONFIG (ConfigException's wording), or undefined where the value is good
 */
export function refuseConfigValue(definition: ConfigDefinition, value: string): string | undefined {
  const complaint = complaintAboutType(definition, value.trim()) ?? complaintAboutRange(definition, value.trim())
  return complaint && `Invalid value ${value} for configuration ${definition.name}: ${complaint}`
}

function complaintAboutType({ type }: ConfigDefinition, value: string): string | undefined {
  switch (type) {
    case "BOOLEAN":
      return /^(true|false)$/i.test(value) ? undefined : "Expected value to be either true or false"
    case "SHORT":
    case "INT":
    case "LONG": {
      const [least, most] = INTEGER_BOUNDS[type]
      const sound = /^[+-]?\d+$/.test(value) && BigInt(value) >= least && BigInt(value) <= most
      return sound ? undefined : `Not a number of type ${type}`
    }
    case "DOUBLE":
      return value !== "" && Number.isFinite(Number(value)) ? undefined : `Not a number of type ${type}`
    case "STRING":
    case "LIST":
    case "CLASS":
    case "PASSWORD":
      return undefined
  }
}

/** Understands the ranges and choices that Kafka's validators print; what it does not know is not checked. */
function complaintAboutRange({ type, valid }: ConfigDefinition, value: string): string | undefined {
  if (valid === undefined) return undefined
  const range = /^\[(-?[\d.]+),\.\.\.(?:,(-?[\d.]+))?\](?: or (-?\d+))?$/.exec(valid)
  if (range) {
    const [, least, most, exception] = range
    const number = Number(value)
    if (exception !== undefined && number === Number(exception)) return undefined
    if (number < Number(least)) return `Value must be at least ${least}`
    if (most !== undefined && number > Number(most)) return `Value must be no more than ${most}`
    return undefined
  }
  const choice = /^\[([A-Za-z_, 0-9]+)\]$/.exec(valid)
  if (choice?.[1] && (type === "STRING" || type === "LIST")) {
    const allowed = choice[1].split(", ")
    const items = type === "LIST" ? value.split(",").map((item) => item.trim()) : [value]
    // Kafka's ValidList refuses an empty list only for cleanup.policy's elements, not as such.
    const stranger = items.find((item) => item !== "" && !allowed.includes(item))
    return stranger === undefined ? undefined : `String must be one of: ${allowed.join(", ")}`
  }
  return undefined
}
