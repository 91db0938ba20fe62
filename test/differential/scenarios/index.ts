import type { Scenario } from "../scenario"
import { applications } from "./applications"
import { classicGroups } from "./classicGroups"
import { cleaning } from "./cleaning"
import { configs } from "./configs"
import { consumerGroups } from "./consumerGroups"
import { elections } from "./elections"
import { eligibleLeaders } from "./eligibleLeaders"
import { failovers } from "./failovers"
import { fetching } from "./fetching"
import { offsets } from "./offsets"
import { produceRefusals } from "./produceRefusals"
import { replication } from "./replication"
import { sequences } from "./sequences"
import { topics } from "./topics"
import { transactions } from "./transactions"

/** Every scenario, by the file that its answers are recorded in. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  produceRefusals,
  sequences,
  fetching,
  offsets,
  cleaning,
  topics,
  configs,
  classicGroups,
  consumerGroups,
  transactions,
  replication,
  elections,
  eligibleLeaders,
  failovers,
  applications,
}
