import test from "ava";
import { runCampaign } from "./campaign.ts";

/** HPO_FAULTS says how many trials go wrong; 500 if left out. */
const trials = Number(process.env["HPO_FAULTS"] ?? 500);

test(`${trials} trials that go wrong end as they must, and nothing lives on`, async (t) => {
  const table = await runCampaign(t, { trials, trialTimeoutMs: 10_000 });
  t.log(table);
});
