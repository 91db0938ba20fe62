import { expect, test } from "vitest"
import { handlers } from "../../../src/cluster/api"
import { apiVersions } from "../../../src/protocol/api/18_apiVersions"
import type { ResponseInput } from "../../../src/protocol/schema"
import { servicesFor } from "./servicesForTest"

/** What a broker of Apache Kafka 4.1.2 answers (`ApiVersionsResponse.collectApis` for its listener): key, oldest, newest. */
const APACHE_KAFKA = `
  0 0 13;  1 4 18;  2 1 10;  3 0 13;  8 2 9;   9 1 9;   10 0 6;  11 0 9;  12 0 4;  13 0 5;  14 0 5;  15 0 6;  16 0 5;
  17 0 1;  18 0 4;  19 2 7;  20 1 6;  21 0 2;  22 0 5;  23 2 4;  24 0 5;  25 0 4;  26 0 5;  27 1 1;  28 0 5;  29 1 3;
  30 1 3;  31 1 3;  32 1 4;  33 0 2;  34 1 2;  35 1 4;  36 0 2;  37 0 3;  42 0 2;  43 0 2;  44 0 1;  45 0 1;  46 0 0;
  47 0 0;  48 0 1;  49 0 1;  50 0 0;  51 0 0;  55 0 2;  57 0 2;  60 0 2;  61 0 0;  65 0 0;  66 0 2;  68 0 1;  69 0 1;
  74 0 1;  75 0 0`

test("every API is offered in the versions that Apache Kafka offers it in", async () => {
  const handler = handlers.find(({ api }) => api === apiVersions)
  const request = { clientSoftwareName: "tests", clientSoftwareVersion: "1" }
  const answer = await handler?.handle(request, servicesFor({ version: 4 }))
  const { apiKeys = [] } = (answer ?? {}) as ResponseInput<typeof apiVersions>
  const offered = apiKeys.map(({ apiKey, minVersion, maxVersion }) => `${apiKey} ${minVersion} ${maxVersion}`)
  expect(offered).toEqual(APACHE_KAFKA.split(";").map((line) => line.trim()))
})
