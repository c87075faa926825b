import test from "ava";
import { runCampaign } from "./campaign.ts";

test("each fault, in threads, processes and commands, ends its trial as it must", async (t) => {
  await runCampaign(t, { trials: 43, trialTimeoutMs: 12_000 });
});
