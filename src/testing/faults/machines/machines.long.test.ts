import test from "ava";
import { withPostgres } from "../../postgres/with-postgres.ts";
import { scaledCounts } from "./deck.ts";
import { machinesCampaign } from "./machines-campaign.ts";

// The campaign of machines.faults.test.ts, a few dozen trials of it.

const postgres = withPostgres(test);

for (const door of ["coordinator", "database"] as const) {
  postgres.serial(`workers on a ${door} lose and double nothing, whatever is killed`, async (t) => {
    t.timeout(8 * 60_000);
    const { cluster } = postgres;
    const url = await postgres.database();
    t.log(await machinesCampaign(t, { counts: scaledCounts(0.03), seed: 1, door, url, cluster }));
  });
}
