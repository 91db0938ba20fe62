import type { Scenario } from "../scenario"
import { produceRefusals } from "./produceRefusals"
import { replication } from "./replication"

/** Every scenario, by the file that its answers are recorded in. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  produceRefusals,
  replication,
}
