import test from "ava";
import { withPostgres } from "../../postgres/with-postgres.ts";
import { scaledCounts } from "./deck.ts";
import { machinesCampaign } from "./machines-campaign.ts";

/*
 * 2,000 trials by 8 workers, 100 SIGKILLs of them, 20 of their coordinator, 5 hard restarts of
 * PostgreSQL, 20 stops longer than the lease, 20 partitions, a tenth of the ends told twice, clocks an
 * hour wrong. HPO_CAMPAIGN scales all counts (1 if left out), HPO_SEED draws another order.
 */
const counts = scaledCounts(Number(process.env["HPO_CAMPAIGN"] ?? 1));
const seed = Number(process.env["HPO_SEED"] ?? 1);

const postgres = withPostgres(test);

for (const door of ["coordinator", "database"] as const) {
  postgres.serial(
    `${counts.trials} trials by way of the ${door}, each with one result`,
    async (t) => {
      t.timeout(90 * 60_000);
      const { cluster } = postgres;
      const url = await postgres.database();
      t.log(await machinesCampaign(t, { counts, seed, door, url, cluster }));
    },
  );
}
