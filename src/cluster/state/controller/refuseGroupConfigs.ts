import { groupConfigs } from "../configDefinitions"
import type { NodeConfig } from "../nodeConfig"

const KINDS = ["consumer", "share", "streams"] as const
const BOUNDED = ["heartbeat.interval.ms", "session.timeout.ms", "record.lock.duration.ms"] as const

/** What is wrong with a group's configs when taken together (Kafka: GroupConfig.validate), or undefined. */
export function refuseGroupConfigs(own: ReadonlyMap<string, string>, config: NodeConfig): string | undefined {
  for (const name of own.keys()) if (!groupConfigs.has(name)) return `Unknown group config name: ${name}`
  const value = (name: string): number => Number(own.get(name) ?? groupConfigs.get(name)?.default)
  for (const kind of KINDS) {
    for (const what of BOUNDED) {
      const name = `${kind}.${what}`
      if (!groupConfigs.has(name)) continue
      const [least, most] = [`group.${kind}.min.${what}`, `group.${kind}.max.${what}`]
      if (value(name) < config.number(least)) return `${name} must be greater than or equal to ${least}`
      if (value(name) > config.number(most)) return `${name} must be less than or equal to ${most}`
    }
    const [session, heartbeat] = [`${kind}.session.timeout.ms`, `${kind}.heartbeat.interval.ms`]
    if (value(session) <= value(heartbeat)) return `${session} must be greater than ${heartbeat}`
  }
  return undefined
}
